"""Requests to addresses that users chose: public ones only, and no answer is too bad."""

import asyncio
import contextlib

import pytest

from app.adapters import outbound
from app.adapters.outbound import NotAllowed, Reply, check, is_public
from tests.receiver import answer, certificate, drip, hang, hang_after_headers, receiver

NAME = "receiver.test"
IN_TIME = "no complete answer in time"
BROKEN = "the connection broke, or the answer was not HTTP"
REFUSED = "address not allowed: it does not lead to the public internet"

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "192.0.2.1",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "fe80::1",
    "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "::7f00:1", "3fff::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:224.0.0.1", "::ffff:0:127.0.0.1", "2002:7f00:1::",
    "2002:a9fe:a9fe::1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8",
    "2001:0:808:808::80ff:fffe", "2001:0:7f00:1::f7f7:f7f7",
]  # fmt: skip


async def send(url: str, *, allow_private: bool = True, **headers: str) -> Reply:
    return await outbound.post(url, body=b'{"a": 1}', headers=headers, allow_private=allow_private)


@pytest.fixture
def resolved(monkeypatch):
    """A function that says what each look-up finds, one after the other; the names that were looked up."""

    def find(*answers: list[str]) -> list[bytes]:
        left, names = list(answers), []

        async def resolve(host: bytes) -> list[str]:
            names.append(host)
            return left.pop(0)

        monkeypatch.setattr(outbound, "resolve", resolve)
        return names

    return find


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """The context of a server that has the name and is trusted."""
    server, client = certificate(tmp_path, NAME)
    monkeypatch.setattr(outbound, "_trusted", lambda: client)
    return server


class TestIsPublic:
    @pytest.mark.parametrize("address", PUBLIC)
    def test_takes_what_is_one_hosts_on_the_internet(self, address):
        assert is_public(address)

    @pytest.mark.parametrize("address", PRIVATE)
    def test_refuses_everything_else(self, address):
        assert not is_public(address)


class TestCheck:
    @pytest.mark.parametrize("url", ["https://example.com/a?b=c", "https://8.8.8.8:8443/", "https://grün.de"])
    def test_takes_public_addresses(self, url):
        check(url, allow_private=False)

    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("http://example.com/", "https"),
            ("ftp://example.com/", "https"),
            ("example.com", "https"),
            ("https:///path", "host"),
            ("https://user:word@example.com/", "user name"),
            ("https://good.com\\@10.0.0.1/", "user name"),
            ("https://example.com:99999/", "port"),
            ("https://exa\nmple.com/", "URL"),
            *((f"https://{host}/", "not allowed") for host in ("127.0.0.1", "[::1]", "[::ffff:10.0.0.1]")),
            *((f"https://{host}/", "not allowed") for host in ("2130706433", "0x7f.1", "127.1", "0")),
        ],
    )
    def test_refuses_what_it_can_tell_by_looking(self, url, reason):
        with pytest.raises(NotAllowed, match=reason):
            check(url, allow_private=False)

    def test_takes_private_addresses_and_http_where_that_is_allowed(self):
        check("http://127.0.0.1:9000/", allow_private=True)
        with pytest.raises(NotAllowed):
            check("file:///etc/passwd", allow_private=True)


class TestAddresses:
    async def test_that_are_not_all_public_are_refused(self, resolved, tls):
        async with receiver(tls=tls) as inside:
            resolved(["8.8.8.8", "127.0.0.1"], ["127.0.0.1"], [], ["::1"])
            url = f"https://{NAME}:{inside.port}/"
            replies = [await send(url, allow_private=False) for _ in range(2)]
            assert replies == [Reply(None, REFUSED, "")] * 2
            assert inside.received == []

    async def test_of_this_machine_are_refused_by_the_real_look_up(self, tls):
        async with receiver(tls=tls) as inside:
            for host in ("localhost", "127.0.0.1", "0x7f.1"):
                reply = await send(f"https://{host}:{inside.port}/", allow_private=False)
                assert reply == Reply(None, REFUSED, "")
            assert inside.received == []

    async def test_that_change_after_the_look_up_change_nothing(self, resolved, tls, monkeypatch):
        """A name that leads outside at first and inside later: the connection goes where was judged."""
        monkeypatch.setattr(outbound, "is_public", lambda address: address == "127.0.0.2")
        async with (
            receiver(tls=tls) as inside,
            receiver(host="127.0.0.2", port=inside.port, tls=tls) as outside,
        ):
            names = resolved(["127.0.0.2"], ["127.0.0.1"])
            url = f"https://{NAME}:{inside.port}/hook?a=b"
            first, second = [await send(url, allow_private=False) for _ in range(2)]
            assert (first.status_code, second) == (204, Reply(None, REFUSED, ""))
            assert (len(outside.received), inside.received, len(names)) == (1, [], 2)
            assert outside.received[0].headers["host"] == f"{NAME}:{inside.port}"
            assert outside.received[0].line == "POST /hook?a=b HTTP/1.1"

    async def test_that_take_no_connection_make_way_for_the_next(self, resolved):
        async with receiver(host="127.0.0.2") as listening:
            resolved(["127.0.0.3", "127.0.0.2"])
            assert (await send(f"http://{NAME}:{listening.port}/")).status_code == 204
            assert len(listening.received) == 1

    async def test_that_nobody_has_are_said_to_be_so(self, monkeypatch):
        assert (await send("https://nobody.invalid/")).error == "the host name has no address"


class TestCertificates:
    async def test_are_those_of_the_name_and_not_of_the_address(self, resolved, tls):
        async with receiver(answer(200, b"thanks"), tls=tls) as named:
            resolved(["127.0.0.1"], ["127.0.0.1"])
            right, wrong = [await send(f"https://{name}:{named.port}/") for name in (NAME, "other.test")]
            assert right == Reply(200, None, "thanks")
            assert wrong == Reply(None, "the certificate is not valid for this host", "")
            assert len(named.received) == 1

    async def test_must_be_trusted(self, tmp_path, resolved):
        server, _ = certificate(tmp_path, NAME)
        async with receiver(tls=server) as unknown:
            resolved(["127.0.0.1"])
            assert "certificate" in (await send(f"https://{NAME}:{unknown.port}/")).error
            assert unknown.received == []


class TestReplies:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (answer(200, b"thanks"), Reply(200, None, "thanks")),
            (answer(500, b"broken"), Reply(500, None, "broken")),
            (answer(410), Reply(410, None, "")),
            (answer(200, b"\0\x1b[31m\xff\xc3\xa4\n"), Reply(200, None, "��[31m�ä\n")),
            (b"SSH-2.0-OpenSSH_9.6\r\n", Reply(None, BROKEN, "")),
            (b"", Reply(None, BROKEN, "")),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Reply(None, BROKEN, "")),
            (hang, Reply(None, IN_TIME, "")),
            (hang_after_headers, Reply(None, IN_TIME, "")),
            (drip, Reply(None, IN_TIME, "")),
        ],
    )
    async def test_are_what_came_of_it(self, monkeypatch, given, expected):
        monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.3)
        async with receiver(given) as there, asyncio.timeout(60):  # they would hang for ten minutes
            assert await send(there.url) == expected

    async def test_end_with_a_look_up_that_hangs(self, monkeypatch):
        async def resolve(_host):
            await asyncio.sleep(600)

        monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.1)
        monkeypatch.setattr(outbound, "resolve", resolve)
        assert (await send("https://example.com/")).error == IN_TIME

    async def test_say_that_nobody_listens(self):
        async with receiver() as gone:
            pass
        assert await send(gone.url) == Reply(None, "no connection", "")

    async def test_are_read_no_further_than_they_are_shown(self):
        written = 0

        async def flood(writer):
            nonlocal written
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            with contextlib.suppress(OSError):
                while True:
                    writer.write(b"x" * 65_536)
                    await writer.drain()
                    written += 65_536

        async with receiver(flood) as there:
            assert await send(there.url) == Reply(200, None, "x" * 500)
            await asyncio.sleep(0.1)
        assert written < 50_000_000

    async def test_follow_no_redirect(self):
        async with receiver() as inside:
            moved = answer(307, b"", f"Location: {inside.url}", "Set-Cookie: a=b")
            async with receiver(moved) as there:
                assert (await send(there.url)).status_code == 307
                assert len(there.received) == 1
            assert inside.received == []


class TestRequests:
    async def test_say_what_they_were_given_and_little_more(self):
        async with receiver() as there:
            await send(there.url, **{"webhook-id": "msg_1", "content-type": "application/json"})
        (request,) = there.received
        assert (request.line, request.body) == ("POST /hook HTTP/1.1", b'{"a": 1}')
        assert request.headers == {
            "host": f"127.0.0.1:{there.port}",
            "accept-encoding": "identity",
            "connection": "close",
            "webhook-id": "msg_1",
            "content-type": "application/json",
            "content-length": "8",
        }

    async def test_heed_no_proxy_of_the_environment(self, monkeypatch):
        async with receiver() as proxy, receiver() as there:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            await send(there.url)
            assert (len(there.received), proxy.received) == (1, [])
