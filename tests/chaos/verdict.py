"""The checker: from history and database to a row for each promise, with its exposure and violations."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.adapters.storage import Storage
from app.db.session import Database
from tests.chaos.checker import OF_ATTEMPTS, judge
from tests.chaos.history import Entry, History
from tests.conftest import all_rows

_RANK = {"queued": 0, "initializing": 1, "running": 2, "completed": 3, "failed": 3, "cancelled": 3}
_CREATED = {"/api/jobs": "training_jobs", "/api/datasets": "datasets"}


@dataclass
class Row:
    """A promise or a fault; it holds when nothing broke it and enough could have."""

    name: str
    exposure: int
    floor: int = 1
    violations: list[str] = field(default_factory=list)
    is_promise: bool = True

    @property
    def holds(self) -> bool:
        return not self.violations and self.exposure >= self.floor


@dataclass(frozen=True)
class Excuses:
    """How else work may end, where faults are so dense that it can."""

    jobs: frozenset[str] = frozenset()  # failure codes
    datasets: frozenset[str] = frozenset()  # error messages


async def promises(history: History, database: Database, storage: Storage, excuses: Excuses) -> list[Row]:
    """Every promise about what the service did, whatever was done to it."""
    async with all_rows(database) as connection:

        async def rows(sql: str, **values: Any) -> Sequence[Any]:
            return (await connection.execute(text(sql), values)).all()

        jobs = {str(row.id): row for row in await rows("SELECT * FROM training_jobs")}
        datasets = {str(row.id): row for row in await rows("SELECT * FROM datasets")}
        resumed = await rows(_RESUMED)
        told = await rows(_TOLD)
    judged = await judge(database, storage, [UUID(id) for id in jobs])
    # where workers are left alone, none need be taken over from
    least = int(any(history.faults(fault) for fault in ("kill", "freeze", "drain")))
    floors = dict.fromkeys(OF_ATTEMPTS, least)
    found = [Row(name, exposure, floors.get(name, 1), broken) for name, (exposure, broken) in judged.items()]
    return [
        *found,
        _acknowledged(history, jobs, datasets),
        _one_row_a_key(history, jobs, datasets),
        _no_stuck_key(history),
        _cancels(history, jobs),
        _completed(history, jobs, excuses.jobs),
        _validated(history, datasets, told, excuses.datasets),
        _repeated(resumed, least),
        _only_503(history),
        _polls(history),
        _streams(history),
    ]


# the step after which each later attempt went on, and the last one announced before it
_RESUMED = """
    SELECT e.job_id, e.attempt,
           (SELECT substring(data ->> 'message' FROM 'steps, (\\d+) of them')::int FROM job_events l
             WHERE l.job_id = e.job_id AND l.attempt = e.attempt AND type = 'log' AND seq > e.seq
               AND data ->> 'message' LIKE 'simulated training%' ORDER BY seq LIMIT 1) AS resumed,
           (SELECT max((data ->> 'step')::int) FROM job_events m
             WHERE m.job_id = e.job_id AND type = 'metric' AND seq < e.seq) AS reached,
           greatest(10, total_steps / 50) AS interval
      FROM job_events e JOIN training_jobs j ON j.id = e.job_id WHERE type = 'attempt'"""
_TOLD = """
    SELECT metadata ->> 'dataset_id' AS id, count(*) FROM notifications
     WHERE type IN ('dataset_ready', 'dataset_failed') GROUP BY 1"""


def _acknowledged(history: History, *tables: Mapping[str, Any]) -> Row:
    made = {entry["id"] for entry in _creations(history) if entry.get("status") == 201}
    lost = [id for id in made if not any(id in table for table in tables)]
    return Row("every acknowledged creation is there", len(made), 1, lost)


def _one_row_a_key(history: History, jobs: Mapping[str, Any], datasets: Mapping[str, Any]) -> Row:
    answers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    sent: Counter[tuple[str, ...]] = Counter()
    for entry in _creations(history):
        scope = (entry["key"], entry["path"], str(entry["user"]))
        sent[scope] += 1
        answers[scope] |= {entry["id"]} if entry.get("status") == 201 else set()
    broken = [f"{scope} answered {ids}" for scope, ids in answers.items() if len(ids) > 1]
    made: dict[str, list[str]] = defaultdict(list)
    for id, row in jobs.items():
        made[row.metadata.get("key")].append(id)
    for id, row in datasets.items():
        made[row.description].append(id)
    broken += [f"{key} made {ids}" for key, ids in made.items() if len(ids) > 1]
    repeated = sum(times > 1 for times in sent.values())
    return Row("an Idempotency-Key that is sent again makes one row", repeated, 1, broken)


def _no_stuck_key(history: History) -> Row:
    keys = {entry["key"] for entry in _creations(history)}
    interrupted = {entry["key"] for entry in _creations(history) if "error" in entry}
    stuck = [str(entry) for entry in history.of("unanswered")]
    return Row(f"every request is answered in the end ({len(interrupted)} broken off)", len(keys), 1, stuck)


def _cancels(history: History, jobs: Mapping[str, Any]) -> Row:
    cancelled = {
        entry["path"].split("/")[3]
        for entry in history.of("request", method="POST", status=200)
        if entry["path"].endswith("/cancel")
    }
    broken = [f"{id} is {jobs[id].status}" for id in cancelled if jobs[id].status != "cancelled"]
    return Row("an acknowledged cancel ends as cancelled", len(cancelled), 1, broken)


def _completed(history: History, jobs: Mapping[str, Any], excused: Collection[str]) -> Row:
    asked = {
        entry["path"].split("/")[3] for entry in history.of("request") if entry["path"].endswith("/cancel")
    }
    wanted = {id: row for id, row in jobs.items() if not (id in asked and row.status == "cancelled")}
    others = {id: row for id, row in wanted.items() if row.status != "completed"}
    broken = [
        f"{id} is {row.status}: {row.failure_code}"
        for id, row in others.items()
        if row.failure_code not in excused
    ]
    words = f" (or fails as it must: {len(others) - len(broken)})" if excused else ""
    return Row(f"a job that nobody cancelled completes{words}", len(wanted), 1, broken)


def _validated(
    history: History, datasets: Mapping[str, Any], told: Iterable[Any], excused: Collection[str]
) -> Row:
    news = {row.id: row.count for row in told}
    confirmed = {
        entry["path"].split("/")[3]: datasets[entry["path"].split("/")[3]]
        for entry in history.of("request", method="POST", status=200)
        if entry["path"].endswith("/confirm")
    }
    broken = [
        f"{id} is {row.status} ({row.error_message}), told {news.get(id, 0)} times"
        for id, row in confirmed.items()
        if not (row.status == "ready" or row.error_message in excused) or news.get(id) != 1
    ]
    return Row("a dataset is checked, and its owner told once", len(confirmed), 1, broken)


def _repeated(resumed: Iterable[Any], least: int = 1) -> Row:
    known = [row for row in resumed if row.resumed is not None and row.reached]
    broken = [
        f"{row.job_id} attempt {row.attempt}: from {row.reached} back to {row.resumed}"
        for row in known
        if row.reached - row.resumed > row.interval
    ]
    return Row("a takeover repeats at most one checkpoint interval", len(known), least, broken)


def _only_503(history: History) -> Row:
    """A broken request counts as well, unless the API was killed."""
    requests = history.of("request")
    broken_off = 503 if history.faults("api_kill") else 599
    statuses = [(entry.get("status", broken_off), entry) for entry in requests]
    broken = [str(entry) for status, entry in statuses if status >= 500 and status != 503]
    unavailable = sum(entry.get("status") == 503 for entry in requests)
    return Row(f"no answer is a 5xx but 503 (of which {unavailable})", len(requests), 1, broken)


def _polls(history: History) -> Row:
    broken, seen = [], dict[str, tuple[int, float]]()
    looks = history.of("saw")
    for look in looks:
        now = _RANK[look["status"]], look["progress"]
        before = seen.get(look["job"], (0, 0))
        if now[0] < before[0] or now[1] < before[1]:
            broken.append(f"{look['job']} went from {before} to {now}")
        seen[look["job"]] = now
    return Row("a poll never sees status or progress go back", len(looks), 1, broken)


def _streams(history: History) -> Row:
    streams = history.of("stream")
    broken = [
        stream["job"]
        for stream in streams
        if stream["seqs"] != list(range(1, len(stream["seqs"]) + 1))
        or [_RANK[status] for status in stream["statuses"]]
        != sorted({_RANK[status] for status in stream["statuses"]})
    ]
    breaks = sum(stream["breaks"] for stream in streams)
    exposed = sum(len(stream["seqs"]) for stream in streams)
    return Row(f"a stream neither skips nor repeats ({breaks} times broken off)", exposed, 1, broken)


def _creations(history: History) -> list[Entry]:
    return [entry for entry in history.of("request", method="POST") if entry["key"]]
