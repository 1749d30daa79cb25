"""The contract under fire: schemathesis against the live service, every operation, every check, three users.

`CONTRACT_EXAMPLES=200` (make contract-fuzz) looks longer; `CONTRACT_SEED` takes another road.
"""

import asyncio
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.adapters.auth import make_token
from tests.conftest import User
from tests.contract.estate import Ids, make_estate
from tests.exposure import tried
from tests.factories import make_dataset
from tests.house.document import OPERATIONS, RENDERED
from tests.house.sources import ROOT
from tests.house.test_tenants import rows_of

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "8"))
SEED = os.environ.get("CONTRACT_SEED", "1")
PROGRAM = (sys.executable, "-m", "schemathesis.cli")
POLICY = Path(__file__).with_name("schemathesis.toml")
LEAVING = "eraseMe"  # nothing would be left for the others
LEAST_CASES = 3
MOST_UNLUCKY = 0 if EXAMPLES >= 50 else 5  # operations whose few tries may all have met nothing
EXAMPLE_ID = "0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5d"
EVERY = {f"{method} {path}": operation["operationId"] for method, path, operation in OPERATIONS}


class Report:
    """The record of a run: cases and answers of every operation."""

    def __init__(self, file: Path) -> None:
        self.cases: Counter[str] = Counter()
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        for line in file.read_text().splitlines():
            ((kind, event),) = json.loads(line).items()
            if kind == "ScenarioFinished":
                self._count(**event["recorder"])

    def _count(self, cases: Any = (), interactions: Any = (), **_: Any) -> None:
        for id in cases:
            asked = cases[id]["value"]
            name = EVERY.get(f"{asked['method']} {asked['path']}")
            answer = interactions[id]["response"] if id in interactions else None
            if name and answer:
                self.cases[name] += 1
                tried["T13 generated requests"] += 1
                self.statuses[name][answer["status_code"]] += 1


@pytest.fixture
async def carol(new_user: Any) -> User:
    return await new_user()


@pytest.fixture
async def fuzz(url, settings, tmp_path, alice, bob, carol, database, storage) -> Any:
    """A function that fuzzes as one of the users, where alice and bob have much and carol nothing."""
    users = {"alice": alice, "bob": bob, "carol": carol}
    secret = settings.jwt_secret.get_secret_value()
    tokens = {name: make_token(secret, user.id, ttl_seconds=3600) for name, user in users.items()}
    foreign = await make_estate(database, storage, bob)
    own = await make_estate(database, storage, alice)
    ready = (await make_dataset(database, alice.id)).id
    (tmp_path / "openapi.json").write_text(RENDERED.replace(EXAMPLE_ID, str(ready)))

    async def run(user: str, *options: str) -> tuple[int, str, Report]:
        (tmp_path / "users.json").write_text(json.dumps(_users(tokens)))
        (tmp_path / "policy.toml").write_text(POLICY.read_text() + _tables(user, own, foreign))
        report = tmp_path / "report.ndjson"
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, "--config-file", tmp_path / "policy.toml", "run", tmp_path / "openapi.json",
            "--url", url, "--seed", SEED, "--max-examples", str(EXAMPLES), "--no-color",
            "--report-ndjson-path", report, *options,
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        written, _ = await process.communicate()
        return process.returncode or 0, written.decode(), Report(report)

    return run


def _users(tokens: Mapping[str, str]) -> Any:
    """The users in the form of Web Fuzzing Commons."""
    return {
        "auth": [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}
            for name, token in tokens.items()
        ]
    }


def _tables(user: str, own: Ids, foreign: Ids) -> str:
    """The callers, their rows, and the ids to ask for: some are another user's."""
    lines = ["", "[auth.wfc]", 'path = "users.json"', f'user = "{user}"', 'peers = ["alice", "bob"]']
    for name, ids in own.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps([*ids, *foreign[name][:2]])}"]
    pairs = [",".join(own["job_id"][at : at + 2]) for at in range(3)]
    lines += ["[dictionaries.pairs]", f"values = {json.dumps(pairs)}", "[parameters]"]
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}' for name in own]
    return "\n".join([*lines, '"query.ids" = { dictionary = "pairs", probability = 0.5 }', ""])


class TestEveryOperation:
    async def test_answers_as_the_document_says(self, fuzz, database, bob):
        before = await rows_of(database, bob.id)
        status, written, report = await fuzz("alice", "--exclude-operation-id", LEAVING)
        assert status == 0, written
        names = set(EVERY.values()) - {LEAVING}
        assert {name for name in names if report.cases[name] >= LEAST_CASES} == names
        unlucky = {name for name in names if not any(status < 300 for status in report.statuses[name])}
        assert len(unlucky) <= MOST_UNLUCKY, unlucky
        assert await rows_of(database, bob.id) == before

    async def test_to_leave_answers_as_the_document_says(self, fuzz, database, alice, bob):
        before = [await rows_of(database, user.id) for user in (alice, bob)]
        status, written, report = await fuzz("carol", "--include-operation-id", LEAVING)
        assert status == 0, written
        assert report.statuses[LEAVING][200]
        assert [await rows_of(database, user.id) for user in (alice, bob)] == before
