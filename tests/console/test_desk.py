"""Alerts, feeds, rules, status, probes, and what is shown while the store is down."""

from __future__ import annotations

import re

import httpx
import msgspec

from brinkwatch.observe.health import PartHealth
from tests.console.conftest import ADDRESS, ask
from tests.console.memory import Memory
from tests.console.samples import NOW


async def test_alerts_show_the_sentence_the_rule_and_whether_they_are_late_or_acknowledged(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/alerts")).text
    assert page.index("Iran to hand coastal missiles") < page.index("Tanker crew held at sea")
    assert "a step that would mark a grave escalation" in page
    assert page.count("not acknowledged") == 1 and ">late<" in page


async def test_an_alert_shows_its_deliveries(client: httpx.AsyncClient) -> None:
    page = (await client.get("/alerts/a1")).text
    assert "waiting" in page and "in 3 min" in page and "was answered with 503" in page


async def test_acknowledging_happens_once_and_shows(client: httpx.AsyncClient, memory: Memory) -> None:
    own = {"Origin": ADDRESS}
    answer = await client.post("/alerts/a1/acknowledge", headers=own)
    assert answer.status_code == 303 and answer.headers["location"] == "/alerts/a1"
    assert memory.raised["a1"].acknowledged_at == NOW
    before = memory.raised["a2"].acknowledged_at
    await client.post("/alerts/a2/acknowledge", headers={"Sec-Fetch-Site": "same-origin"})
    assert memory.raised["a2"].acknowledged_at == before
    assert "<form method" not in (await client.get("/alerts/a1")).text
    assert (await client.post("/alerts/nope/acknowledge", headers=own)).status_code == 404


async def test_many_alerts_have_pages(memory: Memory) -> None:
    for number in range(60):
        memory.put_alert(msgspec.structs.replace(memory.raised["a1"], id=f"b{number}"))
    async with ask(memory) as client:
        first, second = (await client.get("/alerts")).text, (await client.get("/alerts?page=2")).text
    assert first.count("<article") == 50 and 'rel="next"' in first
    assert second.count("<article") == 12 and 'rel="next"' not in second


async def test_feeds_that_fail_come_first_with_the_error_in_words(client: httpx.AsyncClient) -> None:
    page = (await client.get("/feeds")).text
    assert re.findall(r'<tr role="row" class="row-(\w+)"', page) == ["failing", "paused", "waiting", "well", "well"]
    assert "7 failures in a row" in page and "answers 404" in page
    assert "4 hours: seven failures in a row" in page
    only = (await client.get("/feeds?show=paused")).text
    assert re.findall(r'<tr role="row" class="row-(\w+)"', only) == ["paused"]


async def test_rules_are_listed_and_their_queries_can_be_tried(client: httpx.AsyncClient) -> None:
    page = (await client.get("/rules")).text
    assert 'href="/search?q=missile%2A%20AND%20places%3AEST"' in page
    assert "1 h old" in page


async def test_probes_tell_alive_and_ready_apart(client: httpx.AsyncClient, memory: Memory) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}
    ready = await client.get("/readyz")
    assert ready.status_code == 200 and ready.json()["ready"] is True
    memory.parts.append(PartHealth(name="elasticsearch", ok=False, detail="refused the connection", lag=41))
    ready = await client.get("/readyz")
    assert ready.status_code == 503 and ready.json()["parts"][-1]["lag"] == 41
    assert (await client.get("/healthz")).status_code == 200


async def test_every_page_says_what_does_not_work(client: httpx.AsyncClient, memory: Memory) -> None:
    memory.parts.append(PartHealth(name="elasticsearch", ok=False, detail="refused the connection", lag=41))
    assert "Not everything works" in (await client.get("/")).text
    page = (await client.get("/status")).text
    assert "does not work" in page and "refused the connection" in page and ">41<" in page


async def test_a_store_that_is_down_is_a_friendly_page_and_json_for_programs(
    client: httpx.AsyncClient, memory: Memory
) -> None:
    memory.down = "Elasticsearch at 127.0.0.1:9200 does not answer."
    for address in ("/", "/search?q=iran", "/articles/x", "/alerts", "/alerts/a1"):
        answer = await client.get(address)
        assert answer.status_code == 503 and answer.headers["retry-after"]
        assert memory.down in answer.text and "caught up with" in answer.text
    answer = await client.get("/api/search?q=iran")
    assert answer.status_code == 503 and answer.json()["error"]["message"] == memory.down
    assert (await client.get("/status")).status_code == 200
    assert (await client.get("/feeds")).status_code == 200


async def test_metrics_are_in_the_format_of_prometheus(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain") and "# TYPE" in answer.text


async def test_what_is_not_there_is_a_page(client: httpx.AsyncClient) -> None:
    for address in ("/nowhere", "/articles/absent", "/alerts/absent"):
        answer = await client.get(address)
        assert answer.status_code == 404 and "Not found" in answer.text
