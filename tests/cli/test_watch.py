"""`lora jobs watch` and `logs --follow`: live or in lines, and whole over connections that break."""

import asyncio
import contextlib
import json
import re
import signal

import pytest

from tests.cli.conftest import ROOT, ended, seen_in_a_terminal
from tests.conftest import until
from tests.factories import SAMPLE, finish_job, job_body, make_dataset, make_job, upload

STEPS = 33


class Proxy:
    """A way to the service that can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[asyncio.StreamWriter] = []
        self.carried = 0

    async def carry(self, reader, writer) -> None:
        """Pass everything on, both ways."""
        self.carried += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        self._open += [writer, back]
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    def cut(self) -> None:
        """Break every connection."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()


async def _pass_on(reader, writer) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    writer.close()


@pytest.fixture
async def proxy(url):
    opened = Proxy(int(url.rpartition(":")[2]))
    async with await asyncio.start_server(opened.carry, "127.0.0.1", 0) as server:
        opened.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield opened
        opened.cut()


@pytest.fixture
async def job(alice, worker):
    """A job that takes two seconds for its 33 steps."""
    dataset_id = await upload(alice, SAMPLE.read_bytes())

    async def ready():
        return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["status"] == "ready"

    await until(ready)
    body = job_body(dataset_id, name="Coach", metadata={"simulate": {"slow": 12}})
    return (await alice.ok("POST", "/api/jobs", 201, json=body))["id"]


@pytest.fixture
async def over(alice, database):
    """A job that is over, with two points."""
    dataset = await make_dataset(database, alice.id)
    row = await make_job(database, alice.id, dataset, status="running", attempt=1, name="Coach")
    await finish_job(database, row)
    return str(row.id)


class TestWatch:
    async def test_shows_each_step_once_over_connections_that_break(self, job, proxy, start):
        process = await start("jobs", "watch", job, "--json", LORA_API_URL=proxy.url)
        lines = []
        async for line in process.stdout:
            lines.append(json.loads(line))
            if lines[-1]["type"] == "metric" and lines[-1]["data"]["step"] in {5, 20}:
                proxy.cut()
        said = await ended(process)
        assert (said.code, proxy.carried >= 2, "cannot reach the service" in said.err) == (0, True, True)
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        steps = [line["data"]["step"] for line in lines if line["type"] == "metric"]
        assert (steps, lines[-1]["type"]) == (list(range(1, STEPS + 1)), "end")

    async def test_leaves_the_job_alone_when_interrupted(self, alice, job, start):
        process = await start("jobs", "watch", job)
        async for line in process.stdout:
            if b"step 3/" in line:
                break
        process.send_signal(signal.SIGINT)
        said = await ended(process)
        assert (said.code, "the job keeps running" in said.err) == (130, True)
        assert (await alice.ok("GET", f"/api/jobs/{job}"))["status"] == "running"

    async def test_is_a_live_picture_in_a_terminal(self, job, start):
        seen = await seen_in_a_terminal(start, "jobs", "watch", job)
        for words in ("Coach", "tiny-llama-demo", "Loss by step", "epoch 3/3, step 33/33", "cost", "log"):
            assert words in seen
        assert re.search(r"[⠁-⣿]{3}", seen)
        assert re.search(r"\x1b\[[0-9;]*3[0-9]m", seen)
        assert "completed" in seen.rpartition("Job")[2]

    async def test_has_no_colours_where_they_are_not_wanted(self, over, start):
        seen = await seen_in_a_terminal(start, "jobs", "watch", over, NO_COLOR="1")
        assert "Loss by step" in seen
        assert not re.search(r"\x1b\[(?:[0-9;]*;)?[349][0-9][;m]", seen)

    async def test_gives_figures_where_nothing_can_draw(self, over, lora, tmp_path):
        (tmp_path / "plotext.py").write_text("raise ImportError")
        shown = await lora("jobs", "show", over, PYTHONPATH=f"{tmp_path}:{ROOT}")
        assert "pip install plotext" in shown.out
        assert re.search(r"^ *2 +0\.5000", shown.out, re.MULTILINE)


class TestLogs:
    async def test_follow_the_job_to_its_end(self, job, lora):
        words, lines = await asyncio.gather(
            lora("jobs", "logs", job, "-f", "--search", "EPOCH"), lora("jobs", "logs", job, "-f", "--json")
        )
        assert (words.code, lines.code) == (0, 0)
        assert re.findall(r"epoch \d done", words.out) == ["epoch 1 done", "epoch 2 done", "epoch 3 done"]
        assert lines.lines[0]["message"].startswith("simulated training of 33 steps")
