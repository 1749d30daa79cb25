"""The checker notices when a guard is missing: the same faults against code without it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chaos.checker import violations
from tests.chaos.driver import REPOSITORY, Fleet, redis_url
from tests.chaos.scenarios import zombie

_TRIES = 3


@pytest.fixture
async def mutants(settings, tmp_path, fleet) -> AsyncIterator[Fleet]:
    """Workers whose renewals and fenced writes do not look at the attempt."""
    code = tmp_path / "mutant"
    shutil.copytree(REPOSITORY / "workers", code / "workers", ignore=shutil.ignore_patterns("__pycache__"))
    _remove(code / "workers" / "lease.py", "model.attempt == self.attempt, ", times=2)
    workers = Fleet(tmp_path, env={"LORA_REDIS_URL": redis_url(settings, 1)}, code=code)
    with fleet.frozen():
        yield workers
        workers.close()


def _remove(path: Path, guard: str, *, times: int) -> None:
    source = path.read_text()
    assert source.count(guard) == times, f"{path.name} no longer has the guard {guard!r}"
    path.write_text(source.replace(guard, ""))


class TestWithoutTheFence:
    async def test_a_zombie_breaks_the_job_and_the_checker_says_so(self, mutants, ground):
        found: list[str] = []
        for _ in range(_TRIES):  # a zombie frozen inside a transaction wakes up without a connection
            await mutants.muster(2)
            job_id, _ = await zombie(mutants, ground)
            await ground.ended(job_id)
            found = await violations(ground.database, ground.storage, [job_id])
            if found:
                break
        assert any(violation.startswith("a completed job has a point") for violation in found)
