"""Requests to addresses that users chose: only to public ones, and only to the one that was checked.

A host name is resolved once a request, and the connection goes to the address that was checked then, so an
answer that changes in between (DNS rebinding) has no effect. The certificate must be the host name's.
"""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import httpx

TIMEOUT_SECONDS = 15.0  # from the look-up of the name to the end of the answer
_CONNECT_SECONDS = 3.0
_MOST_ADDRESSES = 4
_MOST_BYTES = 4096
_MOST_CHARACTERS = 500

_UNICAST_6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# global by older Pythons, and a public address that leads to the host of every Azure machine
_SPECIAL = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "3fff::/20", "168.63.129.16/32")]

# a name server that hangs must not keep others from the threads of the event loop
_lookups = ThreadPoolExecutor(16, "lookup")


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a request: a status and the start of the answer, or else an error."""

    status_code: int | None
    error: str | None
    text: str


class NotAllowed(Exception):
    """Requests to this URL are not allowed; the message says why."""


def check(url: str, *, allow_private: bool) -> None:
    """Check a URL by its text, without any look-up; raises NotAllowed."""
    host = _parse(url, allow_private=allow_private).raw_host
    with contextlib.suppress(OSError):  # a name, which is checked when something is sent
        numeric = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        _require_public(_addresses(numeric), allow_private=allow_private)


def normalized(url: str) -> str:
    """Return the URL that stands for all spellings of it: of scheme, host, default port, fragment."""
    parsed = httpx.URL(url)
    return str(parsed.copy_with(host=parsed.host.rstrip("."), fragment=None))


async def post(url: str, *, body: bytes, headers: Mapping[str, str], allow_private: bool) -> Reply:
    """Send once, without redirects and proxies; failures and time-outs are replies too."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            target = _parse(url, allow_private=allow_private)
            addresses = await resolve(target.raw_host)
            _require_public(addresses, allow_private=allow_private)
            return await _post_to_first(addresses[:_MOST_ADDRESSES], target, content=body, headers=headers)
    except (NotAllowed, OSError, httpx.HTTPError) as error:
        return Reply(None, _reason(error), "")


async def resolve(host: bytes) -> list[str]:
    """Resolve the addresses of a host, the preferred one first; raises OSError."""
    look_up = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_lookups, look_up)
    return _addresses(found)


def is_public(address: str) -> bool:
    """Whether an address belongs to a host on the public internet, also as IPv4 that is wrapped in IPv6."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (wrapped := list(_wrapped(ip))):
        return all(is_public(str(inner)) for inner in wrapped)
    is_unicast = not ip.is_multicast if ip.version == 4 else ip in _UNICAST_6
    return is_unicast and ip.is_global and not any(ip in net for net in _SPECIAL)


def _wrapped(ip: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    yield from filter(None, (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())))
    if ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)


def _addresses(found: list[Any]) -> list[str]:
    return [str(address[0]) for *_, address in found]


def _parse(url: str, *, allow_private: bool) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise NotAllowed("must be a URL") from None
    if target.scheme != "https" and not (allow_private and target.scheme == "http"):
        raise NotAllowed("must begin with https://")
    if not target.raw_host or (target.port or 0) > 65_535:
        raise NotAllowed("must name a host, and a port up to 65535 if any")
    if target.userinfo:
        raise NotAllowed("must not contain a user name or password")
    return target


def _require_public(addresses: list[str], *, allow_private: bool) -> None:
    # one private address is enough: a name with both kinds is an attack
    if not allow_private and not all(is_public(address.partition("%")[0]) for address in addresses):
        raise NotAllowed("address not allowed: it does not lead to the public internet")


async def _post_to_first(addresses: list[str], target: httpx.URL, **request: Any) -> Reply:
    """Send to the first address that accepts a connection; a request that was sent is not repeated."""
    for address in addresses[:-1]:
        with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await _post_to(address, target, **request)
    return await _post_to(addresses[-1], target, **request)


async def _post_to(address: str, target: httpx.URL, *, content: bytes, headers: Mapping[str, str]) -> Reply:
    sent = {"host": target.netloc.decode(), "accept-encoding": "identity", "connection": "close", **headers}
    request = httpx.Request(
        "POST",
        target.copy_with(host=address),
        content=content,
        headers=sent,
        extensions={"sni_hostname": target.raw_host.decode()},
    )
    # a client for each request: a kept connection to this address may be another host's
    timeout = httpx.Timeout(TIMEOUT_SECONDS, connect=_CONNECT_SECONDS)
    async with httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=timeout) as client:
        response = await client.send(request, stream=True)
        async with contextlib.aclosing(response):
            return Reply(response.status_code, None, await _beginning(response))


@lru_cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


async def _beginning(response: httpx.Response) -> str:
    """The first characters of the answer, unprintable ones replaced."""
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= _MOST_BYTES:
            break
    text = content[:_MOST_BYTES].decode(errors="replace")
    shown = (c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return "".join(shown)[:_MOST_CHARACTERS]


def _reason(error: Exception) -> str:
    if isinstance(error, NotAllowed):
        return str(error)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no complete answer in time"
    if isinstance(error, OSError):
        return "the host name has no address"
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "the certificate is not valid for this host"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection broke, or the answer was not HTTP"
