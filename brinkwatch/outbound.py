"""Calling webhooks: over the same guard of every connection that feeds are fetched with, never following a redirect."""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
from collections.abc import AsyncIterator

from brinkwatch.redact import channel
from brinkwatch.settings import Settings
from sinks.deliver.deliverer import Post
from sinks.deliver.schedule import Attempt


@contextlib.asynccontextmanager
async def guarded_post(settings: Settings) -> AsyncIterator[Post]:
    """Gives the function that deliveries are sent with. It answers with an `Attempt` and never raises."""
    import aiohttp
    import yarl

    from producers.fetch.explain import is_of_a_proxy
    from producers.fetch.guard import read_policy
    from producers.fetch.proxy import Ways, read_proxy

    timeout = aiohttp.ClientTimeout(total=settings.delivery_timeout)
    proxy = read_proxy(settings.proxy.get_secret_value())
    ways = Ways(read_policy(settings.allow_private), user_agent=settings.user_agent)

    async def call(url: str, headers: dict[str, str], body: bytes) -> Attempt:
        target = yarl.URL(url)
        if reason := ways.why_refused(proxy, target):
            return Attempt(error=f"The receiver could not be called: {target.host} is {reason}.")
        session, options = ways.way(proxy, target)
        async with session.post(
            target, data=body, headers=headers, timeout=timeout, allow_redirects=False, **options
        ) as response:
            return Attempt(status=response.status, retry_after=_seconds(response.headers.get("Retry-After")))

    async def post(url: str, headers: dict[str, str], body: bytes) -> Attempt:
        try:
            return await call(url, headers, body)
        except TimeoutError:
            return Attempt(error=f"There was no answer within {settings.delivery_timeout:g} s.")
        except Exception as error:
            if not isinstance(error, aiohttp.ClientError | OSError | ValueError) and not is_of_a_proxy(error):
                raise
            # some of these repeat the address, whose path may be a key
            why = (str(error) or type(error).__name__).replace(url, channel(url))
            return Attempt(error=f"The receiver could not be called: {why}.")

    try:
        yield post
    finally:
        await ways.close()


def _seconds(header: str | None) -> float | None:
    """`Retry-After` in either form, at most a day."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(header) - dt.datetime.now(dt.UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), 86_400.0)
