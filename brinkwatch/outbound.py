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

    from producers.fetch.guard import guarded_session, read_policy

    timeout = aiohttp.ClientTimeout(total=settings.delivery_timeout)
    async with guarded_session(read_policy(settings.allow_private), user_agent=settings.user_agent) as session:

        async def post(url: str, headers: dict[str, str], body: bytes) -> Attempt:
            try:
                async with session.post(
                    url, data=body, headers=headers, timeout=timeout, allow_redirects=False
                ) as response:
                    return Attempt(status=response.status, retry_after=_seconds(response.headers.get("Retry-After")))
            except TimeoutError:
                return Attempt(error=f"There was no answer within {settings.delivery_timeout:g} s.")
            except (aiohttp.ClientError, OSError, ValueError) as error:
                # some of these repeat the address, whose path may be a key
                why = (str(error) or type(error).__name__).replace(url, channel(url))
                return Attempt(error=f"The receiver could not be called: {why}.")

        yield post


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
