"""The profiles: which faults, how many, and what they must have come to."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.chaos.bad_store import KINDS
from tests.chaos.extremes import Extremes
from tests.chaos.measures import Samples, quantiles, rescue_seconds, start_delays
from tests.chaos.run import Run
from tests.chaos.verdict import Excuses, Row
from tests.chaos.workload import FILE, Mix

POLL_SECONDS = 1
RECOVERY_SECONDS = 5


@dataclass(frozen=True)
class Part:
    """One run of a profile, on a stack of its own."""

    act: Callable[[Run], Awaitable[None]]
    title: str
    mix: Mix = field(default_factory=Mix)
    env: Mapping[str, str] = field(default_factory=lambda: {"LORA_FAILURE_BUDGET": "100"})
    excuses: Excuses = field(default_factory=Excuses)


async def deaths(run: Run) -> None:
    """T01."""
    kills, jobs = run.n(200), run.n(400)

    def due(killed: int) -> bool:  # spread over all jobs
        return run.workload.created * kills >= killed * jobs

    await run.during(run.workers.kills(kills, due=due), jobs=jobs)
    await _report_deaths(run, kills)
    run.fault("jobs", run.workload.created, jobs)


async def failpoints(run: Run) -> None:
    """T02."""
    points = run.stack.settings.data_dir / "points"
    deaths = run.n(5)
    await run.during(run.workers.failpoints(points, deaths=deaths), jobs=1)
    found = run.history.of("failpoint")
    run.fault("points to fail at", len(found), 20)
    run.fault(
        f"points at which a worker ended {deaths} times",
        sum(point["deaths"] >= deaths for point in found),
        len(found),
    )
    run.fault("workers ended", sum(point["deaths"] for point in found), 20 * deaths)
    few = [f"{point['point']}: {point['deaths']}" for point in found if point["deaths"] < deaths]
    run.notes += [f"too seldom: {one}" for one in few]


async def zombies(run: Run) -> None:
    """T03."""
    freezes = run.n(100)
    await run.during(run.workers.freezes(freezes), jobs=1)
    _report_freezes(run, freezes)


async def redis(run: Run) -> None:
    """T04."""
    faults = (
        run.redis.flushes(run.n(10)),
        run.redis.kills(run.n(5)),
        run.redis.resets(run.n(5)),
        run.redis.half_open(run.n(5)),
        run.redis.full(run.n(5)),
        run.redis.absence(run.n(60)),
    )
    await run.during(*faults, jobs=1)
    await _report_redis(run, flushes=10, others=5, absent=60)


async def postgres(run: Run) -> None:
    """T06."""
    restarts, terminations = run.n(20), run.n(200)
    await run.during(run.postgres.restarts(restarts), run.postgres.terminations(terminations), jobs=1)
    _report_postgres(run, restarts, terminations)
    run.notes.append(f"a job was taken over after {quantiles(await rescue_seconds(run.stack))}")


async def api(run: Run) -> None:
    """T07."""
    kills, posts = run.n(50), run.n(500)
    await run.during(run.api.identical(posts), run.api.kills(kills), jobs=1)
    _report_api(run, kills, posts)


async def deploys(run: Run) -> None:
    """T10."""
    drains = run.n(50)

    # every other worker is one that will not hear
    run.stack.crew.more_env = lambda: {"CHAOS_DEAF": "1"} if run.stack.crew.started % 2 else {}
    await run.during(run.workers.drains(drains), jobs=1)
    run.fault("workers told to stop", run.history.faults("drain"), drains)
    await _report_drains(run, drains=0.3 * drains, hung=0.3 * drains)


async def store(run: Run) -> None:
    """T11."""
    faults, downs = run.n(20), run.n(10)
    await run.stack.restart(LORA_S3_ENDPOINT_URL=run.store.url)
    await run.during(run.store.faults(faults), run.store.downs(downs), jobs=1)
    for kind in KINDS:
        run.fault(f"store: {kind.removeprefix('store_').replace('_', ' ')}", run.history.faults(kind), faults)
    run.fault("store: away for 1 to 4 s", run.history.faults("store_down"), downs)
    ready = await run.stack.query("SELECT id, content_sha256 FROM datasets WHERE status = 'ready'")
    sent = hashlib.sha256(FILE).hexdigest()
    other = [str(row["id"]) for row in ready if row["content_sha256"] != sent]
    run.rows.append(Row("a dataset that is ready is what its owner sent", len(ready), 1, other))


async def exhaustion(run: Run) -> None:
    """T18."""
    await run.stack.restart(LORA_S3_ENDPOINT_URL=run.store.url)
    await run.during(
        run.exhaustion.idle_sockets(run.n(2000), seconds=20),
        run.exhaustion.slow_bodies(run.n(200)),
        run.exhaustion.slow_queries(run.n(100), seconds=15),
        run.exhaustion.slow_store(run.n(100), seconds=20),
        jobs=1,
    )
    _report_exhaustion(run)


async def extremes(run: Run) -> None:
    """T40: callers at every limit that they have, beside one who asks for little."""
    await _extremes(run, scale=run.n(100) / 100, is_judged=True)


async def small_extremes(run: Run) -> None:
    """The same at a hundredth, for the test suite: other tests may keep the machine busy."""
    await _extremes(run, scale=0.02, is_judged=False)


async def _extremes(run: Run, *, scale: float, is_judged: bool) -> None:
    await run.during(jobs=3)
    loud, quiet, *_ = run.workload.users
    callers = Extremes(run.stack, loud, quiet, run.history, scale=scale)
    await callers.all()
    run.rest_by = time.monotonic() + 60
    run.rows += callers.rows(is_judged=is_judged)
    run.notes += callers.notes()
    run.fault("extremes", run.history.faults("extreme"), 10)


async def smoke(run: Run) -> None:
    """A little of everything, for the test suite."""
    await run.during(
        run.api.identical(50),
        run.postgres.restarts(1, pause=(0.5, 1)),
        run.postgres.terminations(5),
        run.redis.flushes(2, pause=(0.3, 0.6)),
        run.redis.kills(1, away=(0.5, 1)),
        run.api.kills(1),
        run.workers.kills(4),
        run.workers.freezes(2),
        jobs=12,
    )
    # after a restart of PostgreSQL, which would be a failure; of several, for what one held may be cancelled
    await run.during(run.workers.drains(3, pause=0.3), jobs=1)
    await _report_deaths(run, 4)
    _report_freezes(run, 2)
    run.fault("Redis flushed", run.history.faults("flushall"), 2)
    run.fault("Redis killed", run.history.faults("redis_kill"), 1)
    _report_postgres(run, 1, 5)
    _report_api(run, 1, 50)
    await _report_drains(run, drains=3, hung=0)


async def soak(run: Run) -> None:
    """T39: everything at a low rate, while the API and one worker live through it and are measured."""
    minutes = run.n(30)
    samples = Samples(run.stack, run.history)
    end = time.monotonic() + 60 * minutes
    async with samples.taken():
        while time.monotonic() < end:
            await run.during(
                run.workers.kills(run.history.faults("kill") + 3, pause=(2, 6)),
                run.workers.freezes(1),
                run.redis.flushes(1),
                run.redis.resets(1),
                run.postgres.terminations(run.history.faults("backend_terminated") + 4),
                run.redis.kills(1, away=(0.5, 2)),
                run.postgres.restarts(1),
                jobs=1,
            )
    await _report_deaths(run, 2 * minutes)
    _report_postgres(run, minutes // 2, 2 * minutes)
    run.rows += samples.rows()
    run.notes += samples.notes()


# room for what is taken over, and more failures in a row than by chance
_WIDE = {"LORA_WORKER_SLOTS": "3", "LORA_FAILURE_BUDGET": "100"}
# where no worker is at fault: leases that a busy machine does not lose by itself
_STEADY = _WIDE | {"LORA_LEASE_SECONDS": "6", "LORA_HEARTBEAT_SECONDS": "1.5"}
# a few jobs, of which the verdict wants cancels and keys that were sent twice
_MORE = Mix(at_once=3, epochs=(4,), cancelled=1, twins=1)
_GIVEN_UP = "The file could not be checked; please upload it again."
PROFILES: dict[str, dict[str, Part]] = {
    "smoke": {
        "smoke": Part(smoke, "a little of everything", Mix(at_once=6, epochs=(2,), cancelled=0.2)),
        "extremes": Part(small_extremes, "T40 extremes, small", _MORE, env=_STEADY),
    },
    "full": {
        "deaths": Part(deaths, "T01 worker death", Mix(epochs=(2, 3))),
        "failpoints": Part(
            failpoints,
            "T02 death at every write",
            Mix(crashing=0.1, uploaded=0.3, cancelled=0.15, padding=100_000),
            env={},
            # faults so dense that work may spend its failure budget
            excuses=Excuses(frozenset({"trainer_crashed", "worker_lost"}), frozenset({_GIVEN_UP})),
        ),
        "zombies": Part(zombies, "T03 zombies", Mix(at_once=6, epochs=(3, 4)), env=_WIDE),
        "redis": Part(
            redis,
            "T04 Redis loss",
            Mix(at_once=4, uploaded=0),
            env=_STEADY | {"LORA_POLL_SECONDS": str(POLL_SECONDS)},
        ),
        "postgres": Part(postgres, "T06 PostgreSQL restart", Mix(at_once=8), env=_STEADY),
        "api": Part(api, "T07 client retries", Mix(at_once=6, streamed=0.7), env=_STEADY),
    },
    "tierA": {
        "deploys": Part(deploys, "T10 deploys", Mix(epochs=(2, 3, 4), cancelled=0.2), env=_STEADY),
        "store": Part(store, "T11 store faults", Mix(at_once=6, uploaded=0.5), env=_STEADY),
        "exhaustion": Part(exhaustion, "T18 exhaustion", Mix(at_once=4, cancelled=0.2), env=_STEADY),
        "extremes": Part(extremes, "T40 extremes", _MORE, env=_STEADY),
    },
    "soak": {"soak": Part(soak, "T39 soak", Mix(at_once=6))},
}


async def _report_deaths(run: Run, kills: int) -> None:
    history = run.history
    run.fault("workers killed", history.faults("kill"), kills)
    run.fault("  while their job was running", history.faults("kill", running=True), 0.6 * kills)
    run.fault("  together with its program", history.faults("kill", with_programs=True), 0.1 * kills)
    orphaned = history.of("orphaned")
    alive = [str(entry) for entry in orphaned if entry["alive"]]
    exposed = sum(entry["programs"] for entry in orphaned)
    run.rows.append(Row("a program is gone 2 s after its worker", exposed, 1, alive))
    run.notes.append(f"a job was taken over after {quantiles(await rescue_seconds(run.stack))}")


def _report_freezes(run: Run, freezes: int) -> None:
    run.fault("workers frozen", run.history.faults("freeze"), freezes)
    run.fault("  and their jobs taken over", run.history.faults("freeze", taken_over=True), 0.6 * freezes)
    run.fault("  and stale writes refused", run.stack.crew.said("attempt_stale"), 0.3 * freezes)
    run.fault("  and late renewals refused", run.stack.crew.said("lease_lost"), 0.3 * freezes)


async def _report_redis(run: Run, *, flushes: int, others: int, absent: float) -> None:
    history = run.history
    run.fault("Redis flushed", history.faults("flushall"), run.n(flushes))
    for name, words in _REDIS.items():
        run.fault(words, history.faults(name), run.n(others))
    away = sum(entry["absent_seconds"] for entry in history.of("fault", name="redis_absence"))
    run.fault("seconds without Redis", away, run.n(absent))
    posts = history.of("request", method="POST")
    refused = [str(entry) for entry in posts if entry.get("status", 599) >= 500]
    run.rows.append(Row("no POST is refused for want of Redis", len(posts), 1, refused))
    delays = await start_delays(run.stack, history)
    late = [] if not delays or delays[len(delays) * 99 // 100] <= POLL_SECONDS + 1 else [quantiles(delays)]
    run.rows.append(
        Row("without Redis a job starts within a poll and a second (p99)", len(delays), run.n(40), late)
    )
    run.notes.append(f"without Redis a job started after {quantiles(delays)}")


_REDIS = {
    "redis_kill": "Redis killed",
    "redis_reset": "all its connections reset",
    "redis_half_open": "all its connections half open",
    "redis_out_of_memory": "Redis out of memory",
}


def _report_postgres(run: Run, restarts: int, terminations: int) -> None:
    history = run.history
    run.fault("PostgreSQL restarted at once", history.faults("postgres_restart"), restarts)
    if restarts >= 4:  # every fourth one
        run.fault("  inside a sweep", history.faults("postgres_restart", in_sweep=True), restarts // 4)
    run.fault("backends terminated", history.faults("backend_terminated"), terminations)


def _report_exhaustion(run: Run) -> None:
    history = run.history
    for name, count in _EXHAUSTED.items():
        [fault] = history.of("fault", name=name)
        run.fault(name.replace("_", " "), fault["count"], run.n(count))
        probes = history.of("probe", during=name)
        failed = [str(probe) for probe in probes if probe["status"] != 200 or probe["seconds"] > 2]
        run.rows.append(
            Row(f"{name.replace('_', ' ')}: others are answered within 2 s", len(probes), 20, failed)
        )
    recovered = history.of("recovered")
    late = [str(entry) for entry in recovered if entry["seconds"] > RECOVERY_SECONDS]
    run.rows.append(Row(f"all is well again within {RECOVERY_SECONDS} s", len(recovered), 4, late))
    dripped = history.of("dripped")
    kept = [str(entry) for entry in dripped if entry["status"] != 408]
    run.rows.append(Row("a body that drips is refused with 408", len(dripped), run.n(200), kept))
    shed = sum(entry.get("status") in (429, 503) for entry in history.of("request"))
    run.fault("requests shed with 429 or 503", shed, 20)


_EXHAUSTED = {"idle_sockets": 2000, "slow_bodies": 200, "slow_queries": 100, "slow_store": 100}


def _report_api(run: Run, kills: int, posts: int) -> None:
    history = run.history
    run.fault("API killed in the middle of a request", history.faults("api_kill", mid_request=True), kills)
    [identical] = history.of("fault", name="identical_posts")
    answers = history.of("request", method="POST", path="/api/jobs", key=identical["key"])
    run.fault("identical requests", len(answers), posts)
    [misused] = history.of("fault", name="key_misused")
    wrong = [] if misused["right"] else [str(misused["answers"])]
    run.rows.append(
        Row("a key is refused another body, and free on another route and for another user", 3, 3, wrong)
    )


async def _report_drains(run: Run, *, drains: float, hung: float) -> None:
    history = run.history
    run.fault("workers told to stop, that heard", history.faults("drain", deaf=False), drains)
    run.fault("workers told to stop, that hung and were killed", history.faults("drain", deaf=True), hung)
    heard = history.of("fault", name="drain", deaf=False)
    slow = [str(entry) for entry in heard if entry["status"] != 0]
    run.rows.append(Row("a worker that hears leaves within 25 s, with status 0", len(heard), 1, slow))
    events = await run.stack.query(
        "SELECT job_id::text AS id, attempt, (data ->> 'failures')::int AS failures"
        "  FROM job_events WHERE type = 'attempt'"
    )
    after = {(row["id"], row["attempt"]): row["failures"] for row in events}
    given = [
        (id, *held) for entry in heard for id, held in entry["jobs"].items() if (id, held[0] + 1) in after
    ]
    counted = [
        f"{id} attempt {attempt}" for id, attempt, failures in given if after[id, attempt + 1] > failures
    ]
    run.rows.append(Row("a drain counts no failure", len(given), 1, counted))
