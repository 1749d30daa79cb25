"""Exit codes for scripts, messages for people, and nothing that a stranger's text could do to a terminal."""

import asyncio
import json
import os
import sys
from uuid import uuid4

import pytest

from app.cli.output import plain
from app.domain.states import JobStatus
from app.models import TrainingJob
from app.services import events
from tests.cli.conftest import LORA, seen_in_a_terminal
from tests.factories import make_dataset, make_finding, make_job, store_findings

HOSTILE = "[bold red]:smile:[/] \x1b]0;owned\x07 \x9b31m \u202eback\nnext"
SHOWN = r"[bold red]:smile:[/] \x1b]0;owned\x07 \x9b31m \u202eback\nnext"


@pytest.fixture
async def stranger():
    """The address of a service that refuses everything, in hostile words."""
    body = json.dumps({"success": False, "error": HOSTILE, "details": HOSTILE, "code": "x"}).encode()

    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


REFUSALS = (
    (1, ("jobs", "show", uuid4()), {}, "nothing here with this id"),
    (1, ("jobs", "watch", uuid4()), {}, "nothing here with this id"),
    (1, ("jobs", "list"), {"LORA_API_KEY": "lp_wrong"}, "A valid bearer token is needed"),
    (2, ("jobs", "list"), {"LORA_API_KEY": ""}, "lora token --user alice"),
    (2, ("jobs", "list"), {"LORA_API_KEY": "schlüssel"}, "characters that are not allowed in a key"),
    (2, ("jobs", "list"), {"LORA_API_URL": "localhost:8000"}, "expected one like http://127.0.0.1:8000"),
    (4, ("jobs", "list"), {"LORA_API_URL": "http://127.0.0.1:9"}, "cannot reach the service at"),
)


class TestExitCode:
    async def test_tells_what_went_wrong(self, lora):
        over = await asyncio.gather(*(lora(*words, "--json", **given) for _, words, given, _ in REFUSALS))
        for (code, words, given, said), answer in zip(REFUSALS, over, strict=True):
            assert (answer.code, said in answer.err) == (code, True), (words, given)
            (line,) = answer.lines
            assert (line["success"], said in line["error"]) == (False, True)

    async def test_of_wrong_usage_is_two(self, lora):
        said = await asyncio.gather(
            lora("jobs", "show", "x"), lora("jobs", "list", "--status", "x"), lora("jobs", "x")
        )
        assert [ended.code for ended in said] == [2, 2, 2]

    async def test_of_a_watch_is_the_jobs(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id)
        watching = []
        for status in (JobStatus.FAILED, JobStatus.CANCELLED):
            job = await make_job(database, alice.id, dataset, status=status)
            async with database.owned_session(alice.id) as session:
                row = await session.get_owned(TrainingJob, job.id, lock=True)
                await events.append(session, row, "status", status=status)
                await events.append(session, row, "end", status=status)
            watching.append(lora("jobs", "watch", job.id))
        assert [over.code for over in await asyncio.gather(*watching)] == [3, 3]


class TestHostileText:
    def test_keeps_nothing_that_acts(self):
        assert (plain(HOSTILE), plain(HOSTILE, keep="\n")) == (SHOWN, SHOWN.replace(r"\n", "\n"))

    async def test_is_shown_and_nothing_else(self, alice, database, lora, start):
        dataset = await make_dataset(database, alice.id, name=HOSTILE, description=HOSTILE)
        await store_findings(database, dataset, [make_finding(0) | {"message": HOSTILE}])
        job = await make_job(
            database,
            alice.id,
            dataset,
            name=HOSTILE,
            status=JobStatus.FAILED,
            failure_code="x",
            error_message=HOSTILE,
        )
        async with database.owned_session(alice.id) as session:
            row = await session.get_owned(TrainingJob, job.id, lock=True)
            await events.append(session, row, "log", level="error", message=HOSTILE)
            await events.append(session, row, "log", level="error", message="one\u2028line\x85only")
            await events.append(session, row, "end", status="failed")
        at = {"datasets": dataset.id, "jobs": job.id}
        words = (("datasets", "list"), ("datasets", "show"), ("datasets", "report"), ("jobs", "list"),
                 ("jobs", "show"), ("jobs", "watch"), ("jobs", "logs"))  # fmt: skip
        asked = [(group, verb, *([] if verb == "list" else [at[group]])) for group, verb in words]
        for ended in await asyncio.gather(*(lora(*each) for each in asked)):
            assert (SHOWN in ended.out, "\x1b" in ended.out, "\x9b" in ended.out) == (True, False, False)
        live = await seen_in_a_terminal(start, "jobs", "watch", job.id)
        assert (live.count(r"\x1b]0;owned") >= 2, "\x1b]0;owned" in live, "\x9b" in live) == (
            True,
            False,
            False,
        )
        followed = await lora("jobs", "logs", job.id, "--follow", "--json")
        assert [line["message"] for line in followed.lines] == [HOSTILE, "one\u2028line\x85only"]

    async def test_of_an_error_is_shown_and_nothing_else(self, lora, stranger):
        ended = await lora("jobs", "list", LORA_API_URL=stranger)
        assert (ended.code, ended.err) == (1, f"{SHOWN}\n")


class TestCompletion:
    async def test_knows_the_ids_of_what_there_is(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id)
        shell = {"_LORA_COMPLETE": "complete_bash", "COMP_CWORD": "3"}
        offered = await lora(**shell, COMP_WORDS="lora datasets show ")
        assert offered.out.split() == [str(dataset.id)]
        nobody = await lora(**shell, COMP_WORDS="lora datasets show ", LORA_API_KEY="")
        assert (nobody.out.strip(), nobody.err) == ("", "")

    async def test_can_be_installed(self, lora):
        script = await lora("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
        assert (script.code, "_LORA_COMPLETE" in script.out) == (0, True)


class TestStart:
    async def test_imports_nothing_that_only_a_server_needs(self):
        heavy = {"aioboto3", "sqlalchemy", "fastapi", "pydantic_settings", "jwt", "plotext", "structlog"}
        code = f"import sys, app.cli.main; print(sorted({heavy} & set(sys.modules)))"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env={"PATH": os.environ["PATH"]}
        )
        assert (await process.communicate())[0].decode().strip() == "[]"
        assert LORA.exists()
