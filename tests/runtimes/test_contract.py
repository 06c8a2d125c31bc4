"""What every installation does, embedded or cluster: the same feeds in, the same documents and alerts out."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count

import pytest

from tests.runtimes.desk import Desk, alerts, documents
from tests.runtimes.world import attack, basque, mixed, now, quiet

_paths = count(1)


@pytest.fixture
def path() -> str:
    """A feed of the test's own, in an installation that tests share."""
    return f"/feed{next(_paths)}"


def of_feed(path: str) -> str:
    return f'url.full:"https://world.example{path}/"*'


def mine(desk: Desk, path: str) -> dict[str, dict[str, object]]:
    prefix = f"https://world.example{path}/"
    return {i: d for i, d in documents(desk).items() if d["url"]["full"].startswith(prefix)}


def my_alerts(desk: Desk, path: str) -> list[dict[str, object]]:
    return [alert for alert in alerts(desk) if alert["url"].startswith(f"https://world.example{path}/")]


def test_every_article_of_a_feed_is_stored_once_however_often_it_is_polled(desk: Desk, path: str) -> None:
    url = desk.world.publish(path, mixed(60, attack_every=20))
    desk.poll(url)
    first = mine(desk, path)
    desk.poll(url)
    assert len(first) == 60
    assert mine(desk, path) == first


def test_an_attack_between_states_is_understood_alerted_once_and_delivered_once(desk: Desk, path: str) -> None:
    desk.command(
        "rules",
        "add",
        f"War {path}",
        "dyads:RUS-UKR AND escalation.level:>=elevated",
        "--webhook",
        desk.world.url("/hook"),
    )
    url = desk.world.publish(path, [attack(1), quiet(2)])
    desk.poll(url)
    desk.poll(url)
    raised = my_alerts(desk, path)
    assert [alert["title"] for alert in raised] == ["Russian missiles strike Ukrainian port, report 1"]
    assert raised[0]["level"] in ("elevated", "high", "severe")
    assert "Russia" in str(raised[0]["sentence"])
    sent = [body for _, body in desk.world.hooks if body["data"]["id"] == raised[0]["id"]]
    assert len(sent) == 1
    assert sent[0]["data"]["sentence"] == raised[0]["sentence"]


def test_the_first_poll_of_a_feed_is_silent_and_later_articles_speak(desk: Desk, path: str) -> None:
    desk.command("rules", "add", f"Silent {path}", "escalation.level:>=elevated")
    url = desk.world.publish(path, [attack(1)])
    desk.poll(url, alert=False)
    assert mine(desk, path)
    assert my_alerts(desk, path) == []
    desk.world.publish(path, [attack(1), attack(2)])
    desk.poll(url, alert=False)
    assert {alert["title"][-1] for alert in my_alerts(desk, path)} == {"2"}


def test_an_article_published_long_ago_raises_nothing(desk: Desk, path: str) -> None:
    desk.command("rules", "add", f"Old {path}", "escalation.level:>=elevated")
    desk.poll(desk.world.publish(path, [attack(1, published=now() - dt.timedelta(days=3))]))
    assert mine(desk, path)
    assert my_alerts(desk, path) == []


def test_a_changed_headline_is_a_revision_of_the_same_document(desk: Desk, path: str) -> None:
    item = attack(1)
    url = desk.world.publish(path, [item])
    desk.poll(url)
    (before,) = mine(desk, path).values()
    desk.world.publish(path, [item.with_title("Correction: Russian missiles strike two Ukrainian ports")])
    desk.poll(url)
    (after,) = mine(desk, path).values()
    assert (after["id"], after["first_seen"]) == (before["id"], before["first_seen"])
    assert (before["revision"], after["revision"]) == (0, 1)
    assert str(after["title"]).startswith("Correction")


def test_a_text_in_a_language_that_is_not_understood_is_kept_found_and_not_called_calm(desk: Desk, path: str) -> None:
    desk.poll(desk.world.publish(path, [basque(1)]))
    (found,) = mine(desk, path).values()
    assert found["coverage"] == "none"
    assert found["escalation"] == {"score": None, "level": None, "direction": None, "because": None}
    assert found["id"] in documents(desk, "liburutegi coverage:none")
    assert json.loads(desk.command("status", "--json", ok=False).partition("\n}")[0] + "\n}")["not_read"] >= 1


def test_an_erased_article_does_not_come_back(desk: Desk, path: str) -> None:
    url = desk.world.publish(path, [attack(1), quiet(2)])
    desk.poll(url)
    victim = next(i for i, d in mine(desk, path).items() if "missiles" in str(d["title"]))
    desk.command("erase", "--article", victim, "--reason", "court order")
    assert victim not in mine(desk, path)
    desk.world.publish(path, [attack(1).with_title("Russian missiles strike again"), quiet(2), quiet(3)])
    desk.poll(url)
    desk.command("replay", "--from", "2d")
    desk.settle()
    assert len(mine(desk, path)) == 2
    assert victim not in mine(desk, path)


def test_ingested_articles_are_stored_once_silent_and_the_same_as_polled_ones(desk: Desk, path: str) -> None:
    desk.command("rules", "add", f"Ingest {path}", "escalation.level:>=elevated")
    item = attack(1)
    line = json.dumps({
        "url": f"https://world.example{path}/1", "title": item.title, "text": item.text,
        "published": item.published.isoformat(), "language": "en", "source": "Archive",
    })  # fmt: skip
    desk.command("ingest", "-", stdin=f"{line}\n{line}\n")
    desk.command("ingest", "-", stdin=f"{line}\n")
    desk.settle()
    (stored,) = mine(desk, path).values()
    assert stored["text_origin"] == "ingest"
    assert my_alerts(desk, path) == []
    desk.poll(desk.world.publish(path, [item]))
    assert list(mine(desk, path)) == [stored["id"]]


def test_a_line_that_is_no_article_is_named_and_the_others_are_taken(desk: Desk, path: str) -> None:
    good = json.dumps({"url": f"https://world.example{path}/9", "title": "A title", "text": "Some text."})
    said = desk.command("ingest", "-", stdin=f"{good}\nnot json\n", ok=False)
    desk.settle()
    assert "Line 2" in said
    assert len(mine(desk, path)) == 1


def test_a_replay_gives_what_the_first_run_gave_and_raises_nothing(desk: Desk, path: str) -> None:
    desk.command("rules", "add", f"Replay {path}", "escalation.level:>=elevated")
    desk.poll(desk.world.publish(path, [attack(1), quiet(2)]), alert=False)
    before = mine(desk, path)
    desk.command("replay", "--from", "2d")
    desk.settle()
    after = mine(desk, path)
    assert my_alerts(desk, path) == []
    for article_id, document in before.items():
        assert after[article_id]["generation"] == document["generation"] + 1  # type: ignore[operator]
        assert {**after[article_id], "generation": 0} == {**document, "generation": 0}


def test_a_feed_that_keeps_metadata_only_leaves_no_text(desk: Desk, path: str) -> None:
    url = desk.world.publish(path, [attack(1)])
    desk.command("feeds", "add", url, "--storage", "metadata")
    desk.poll(url)
    (stored,) = mine(desk, path).values()
    assert (stored["body"], stored["summary"], stored["evidence"]) == ("", "", None)
    assert stored["events"]
    assert stored["escalation"]["level"] in ("elevated", "high", "severe")  # type: ignore[index]
