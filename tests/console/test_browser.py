"""The console in a real browser: nothing overflows, nothing breaks the policy, everybody can use it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from brinkwatch.console import make_console
from brinkwatch.observe.health import PartHealth
from tests.console.memory import Memory
from tests.console.samples import NOW, Text, document, filled

pytestmark = pytest.mark.browser

PAGES = {
    "newest": "/",
    "search": "/search?q=missiles",
    "refused": "/search?q=" + "iran OR " * 12 + "(tank",
    "nothing": "/search?q=absent&level=severe",
    "article": "/articles/" + "0" * 24,
    "persian": f"/articles/{2:024x}",
    "not read": f"/articles/{3:024x}",
    "hostile": f"/articles/{7:024x}",
    "alerts": "/alerts",
    "alert": "/alerts/a1",
    "feeds": "/feeds",
    "rules": "/rules",
    "status": "/status",
    "absent": "/nowhere",
}


class Site:
    """A console served over a socket, in a thread."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(make_console(memory.services()), log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()  # connections wait in the socket's queue until it answers

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    installed = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        # without a system's Chromium, Playwright's own is used
        browser = playwright.chromium.launch(
            executable_path=Path(installed) if installed else None, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(filled())
    yield site
    site.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desktop-light", "phone-dark"])
def page(browser: Browser, request: pytest.FixtureRequest, complaints: list[str]) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        # a page that is answered with an error status is reported by the browser itself
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    yield page
    context.close()


def test_no_page_scrolls_sideways_breaks_the_policy_or_shuts_anybody_out(
    page: Page, site: Site, complaints: list[str]
) -> None:
    for name, path in PAGES.items():
        page.goto(site.address + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{name} is {wide} px too wide"
        found = [
            f"{each['id']}: {node['html'][:160]}"
            for each in Axe().run(page).response["violations"]
            if each["impact"] in ("serious", "critical", "moderate")
            for node in each["nodes"]
        ]
        assert not found, f"{name}: " + "\n".join(found)
        assert not complaints, f"{name}: {complaints}"


def test_a_failing_part_and_an_empty_console_can_be_read_by_everybody(
    page: Page, browser: Browser, complaints: list[str]
) -> None:
    memory = Memory(NOW, parts=[PartHealth(name="store", ok=False, detail="x" * 300, lag=1_000_000)])
    site = Site(memory)
    try:
        for path in ("/", "/alerts", "/feeds", "/rules", "/status"):
            page.goto(site.address + path)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            assert not Axe().run(page).response["violations"]
        memory.down = "The store does not answer."
        page.goto(site.address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not reachable right now")
        assert not complaints
    finally:
        site.close()


def test_an_event_leads_to_its_entry_and_back(page: Page, site: Site, complaints: list[str]) -> None:
    page.goto(site.address + PAGES["article"])
    page.locator("#trigger-3").click()
    expect(page.locator("#event-3")).to_be_in_viewport()
    page.locator("#event-3").get_by_role("link", name="moved two frigates").click()
    expect(page.locator("#trigger-3")).to_be_in_viewport()
    page.get_by_role("checkbox", name="events").uncheck()
    assert page.locator("#trigger-3").evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert not complaints


def test_search_menus_and_acknowledging_work(page: Page, site: Site, complaints: list[str]) -> None:
    page.goto(site.address)
    page.keyboard.press("/")
    page.keyboard.type("rockets")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("rockets")
    expect(page.get_by_role("article")).to_have_count(1)
    page.locator("summary", has_text="Language").click()
    menu = page.locator("details[open] ul")
    box = menu.bounding_box()
    assert box is not None and box["x"] >= 0
    assert page.viewport_size is not None and box["x"] + box["width"] <= page.viewport_size["width"]
    menu.get_by_role("link", name="English").click()
    assert "language=en" in page.url
    page.goto(site.address + "/alerts/a1")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Acknowledged just now")).to_be_visible()
    assert site.memory.raised["a1"].acknowledged_at == NOW
    assert not complaints


def test_a_page_says_that_new_articles_are_there(page: Page, site: Site, complaints: list[str]) -> None:
    page.goto(site.address)
    fresh = document(90, Text("Ceasefire holds for a tenth day", "It held."))
    site.memory.documents[fresh.id] = fresh
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when somebody comes back to the page
    note = page.get_by_role("link", name="1 new article")
    expect(note).to_be_visible()
    note.click()
    expect(page.get_by_text("Ceasefire holds for a tenth day")).to_be_visible()
    assert not complaints


def test_everything_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.address)
    page.get_by_label("Search articles").fill("frigates")
    page.get_by_label("Search articles").press("Enter")
    page.get_by_role("link", name="Iran to hand coastal missiles").click()
    expect(page.locator("#event-1")).to_contain_text("aid.military.transfer")
    context.close()
