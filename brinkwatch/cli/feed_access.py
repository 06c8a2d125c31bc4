"""`brinkwatch feeds auth`: logins and proxies of single feeds. Secrets are asked for or piped in, never arguments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from brinkwatch.cli.options import Data, Json
from brinkwatch.cli.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from producers.fetch.access import Access


def auth(
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="A feed's address; one that ends in / counts for all below it.")
    ] = None,
    basic: Annotated[
        str | None, typer.Option("--basic", metavar="USER", help="Log in with this name and a password.")
    ] = None,
    bearer: Annotated[bool, typer.Option("--bearer", help="Send a token: Authorization: Bearer …")] = False,
    header: Annotated[
        str | None, typer.Option("--header", metavar="NAME", help="Send a secret in this header: X-Api-Key.")
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="NAME", help="Send a secret in this parameter of the address: token."),
    ] = None,
    proxy: Annotated[
        bool, typer.Option("--proxy", help="Fetch it through a proxy; the answer `direct` means through none.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Forget login and proxy of the address.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Give a feed its login or its proxy; without an address, list what there is. Secrets are asked for, or read from a pipe.

    Example: brinkwatch feeds auth https://agency.example/world.xml --basic reader
    """
    from brinkwatch.cli.wiring import settings
    from brinkwatch.errors import UsageError
    from producers.fetch.access import access_file, access_path
    from producers.fetch.access_edit import remove_access, set_access
    from producers.registry.feeds import canonical_feed_url

    read = settings(data_dir=data)
    path = access_path(read)
    given = [basic is not None, bearer, header is not None, query is not None, proxy, remove]
    if sum(given) > 1:
        raise UsageError(
            "Only one of --basic, --bearer, --header, --query, --proxy and --remove can be given at a time."
        )
    if url is None:
        if any(given):
            raise UsageError(
                "No address was given.", "Example: brinkwatch feeds auth https://agency.example/world.xml --bearer"
            )
        _list(access_file(read).entries(), as_json)
        return
    if not any(given):
        raise UsageError(
            "It was not said what to give the feed.",
            "Write --basic USER, --bearer, --header NAME, --query NAME, --proxy or --remove.",
        )
    url = canonical_feed_url(url)
    if remove:
        say(f"removed from {path}" if remove_access(path, url) else f"{url} is not in {path}.")
        return
    if basic is not None:
        set_access(path, url, "basic", {"user": basic, "password": _secret("Password")})
    elif bearer:
        set_access(path, url, "bearer", _secret("Token"))
    elif header is not None:
        set_access(path, url, "headers", {header: _secret(header)})
    elif query is not None:
        set_access(path, url, "query", {query: _secret(query)})
    else:
        set_access(path, url, "proxy", _secret("Proxy (http://user:password@host:port, socks5://…, direct)"))
    say(f"written to {path}. Try it: brinkwatch feeds check {url}")


def _secret(name: str) -> str:
    """What is typed unseen on a terminal, or the first line of what is piped in."""
    from brinkwatch.errors import UsageError

    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True, err=True))
    if line := sys.stdin.readline().rstrip("\r\n"):
        return line
    raise UsageError("No secret came on standard input.", "Type it on a terminal, or pipe it in: … < secret-file")


def _list(entries: Mapping[str, Access], as_json: bool) -> None:
    told = [
        (url, access.kinds, access.proxy.told if access.proxy is not None else None) for url, access in entries.items()
    ]
    if as_json:
        print_json([{"url": url, "kinds": kinds, "proxy": proxy} for url, kinds, proxy in told])
        return
    for url, kinds, proxy in told:
        print(f"{' '.join(kinds):16}  {url}{f'  {proxy}' if proxy else ''}")
    say(f"{len(told)} addresses")
