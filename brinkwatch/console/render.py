"""Templates to answers: one jinja2 environment with everything escaped, and the words that every page needs."""

from __future__ import annotations

import datetime as dt
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from brinkwatch import __version__, redact
from brinkwatch.console import wording
from brinkwatch.console.filters import MAX_QUERY_CHARS
from brinkwatch.console.services import Services
from producers.schedule.words import gap_told

NAVIGATION = (
    ("/", "Articles"),
    ("/alerts", "Alerts"),
    ("/feeds", "Feeds"),
    ("/rules", "Rules"),
    ("/status", "Status"),
)


# Control characters have no place in HTML. Overrides and embeddings of writing direction make words read as others
# ("exe.kcatta"); right-to-left text needs none of them, and marks (U+200E, U+200F) stay.
_REMOVED = dict.fromkeys(
    [*(code for code in range(0x20) if chr(code) not in "\t\n\r"), *range(0x7F, 0xA0)], "\ufffd"
) | dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "")


class Page(HTMLResponse):
    """HTML in UTF-8; what cannot be encoded (lone surrogates) is replaced rather than failing the page."""

    def render(self, content: Any) -> bytes:
        return str(content).translate(_REMOVED).encode("utf-8", "replace")


class Renderer:
    """Renders the console's templates for one set of services."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._templates = Environment(
            loader=PackageLoader("brinkwatch.console"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            word=wording.word,
            gap_told=gap_told,
            level_of=wording.level_of,
            language_name=wording.language,
            country_name=wording.country,
            lang_attribute=wording.lang_attribute,
            web_link=wording.web_link,
            channel=redact.channel,
            duration=wording.duration,
            exact=wording.exact,
            without_credentials=redact.shown,
            static=_static,
            navigation=NAVIGATION,
            version=__version__,
            max_query_chars=MAX_QUERY_CHARS,
            profile=services.settings.profile,
        )

    async def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Page:
        """The template as an answer, rendered in a thread: a long article must not hold up the others, nor the poller
        that shares the loop in the embedded profile. Every page gets the time, its section and the state of health."""
        return await run_in_threadpool(self._page, request, template, status, values)

    def _page(self, request: Request, template: str, status: int, values: dict[str, Any]) -> Page:
        now = self._services.clock()
        failing = [part for part in self._services.health().parts if not part.ok]
        text = self._templates.get_template(template).render(
            now=now,
            ago=lambda moment: wording.ago(moment, now),
            day=lambda moment: wording.day(moment, now),
            section=_section(request.url.path),
            failing_parts=failing,
            **{"q": "", **values},
        )
        return Page(text, status_code=status)

    @property
    def now(self) -> dt.datetime:
        return self._services.clock()


def _section(path: str) -> str:
    first = "/" + path.strip("/").partition("/")[0]
    return "/" if first in ("/articles", "/search") else first


_hashes: dict[str, str] = {}


def _static(name: str) -> str:
    """The address of a static file, with a mark of its content so that browsers never use an old one."""
    if name not in _hashes:
        content = resources.files("brinkwatch.console").joinpath("static", name).read_bytes()
        _hashes[name] = hashlib.sha256(content).hexdigest()[:10]
    return f"/static/{name}?v={_hashes[name]}"
