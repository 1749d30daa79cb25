"""The events of all jobs: none lost and none twice for one who follows, however late transactions commit."""

import asyncio
import contextlib
import random
from collections import Counter, defaultdict

import pytest
from sqlalchemy import func, select

from app.domain.states import JobStatus
from app.models import JobEvent, TrainingJob
from app.services import events, jobs
from app.services.account import users
from app.services.events import hub, order
from app.services.jobs import completion
from tests.conftest import until
from tests.every import every
from tests.factories import finish_job, make_dataset, make_job

JOBS, STEPS, MOST_OPEN = 3, 60, 4


class Writers:
    """Transactions of one user that are open at the same time, each with the jobs that it has locked."""

    def __init__(self, database, user_id, jobs, rng) -> None:
        self._database, self._user_id, self._jobs, self._rng = database, user_id, jobs, rng
        self._open: list[tuple[contextlib.AsyncExitStack, object, set]] = []

    async def step(self) -> None:
        """Begin a transaction, append to a job that no other one holds, commit, or roll back."""
        kinds = [self.begin] * (len(self._open) < MOST_OPEN) + [self.append] * 3 + [self.end]
        await self._rng.choice(kinds)()

    async def begin(self) -> None:
        stack = contextlib.AsyncExitStack()
        session = await stack.enter_async_context(self._database.owned_session(self._user_id))
        await session.execute(select(func.pg_current_xact_id()))  # it has its number before it has a job
        self._open.append((stack, session, set()))

    async def append(self) -> None:
        if not self._open:
            return
        _, session, held = self._rng.choice(self._open)
        others = {id for _, _, ids in self._open if ids is not held for id in ids}
        if free := [job.id for job in self._jobs if job.id not in others]:
            held.add(id := self._rng.choice(free))
            row = await session.get_owned(TrainingJob, id, lock=True)
            for _ in range(self._rng.randint(1, 3)):
                await events.append(session, row, "log", level="info", message="x")

    async def end(self) -> None:
        if self._open:
            stack, session, _ = self._open.pop(self._rng.randrange(len(self._open)))
            if self._rng.random() < 0.2:
                await session.rollback()
            await stack.aclose()

    async def end_all(self) -> None:
        while self._open:
            await self.end()


class Poller:
    """A client that follows `next_after`."""

    def __init__(self, user) -> None:
        self._user, self._after = user, None
        self.seen: list[tuple[str, int]] = []

    async def poll(self, limit=1000) -> int:
        parameters = {"limit": limit} | ({"after": self._after} if self._after else {})
        page = await self._user.ok("GET", "/api/events", params=parameters)
        self._after = page["next_after"]
        self.seen += [(event["job_id"], event["seq"]) for event in page["events"]]
        return len(page["events"])

    async def poll_all(self, database) -> None:
        """Up to the end, once no other transaction of the cluster holds the last ones back."""
        async with database.owned_session(self._user.id) as session:
            last = max(event.position for event in await session.scalars(session.owned(JobEvent)))

        async def are_free():
            return (await order.changes(database.read_pool.owned_by(self._user.id))).horizon > last

        await until(are_free)
        while await self.poll():
            pass


@pytest.fixture
async def running(database, alice):
    """A function that makes running jobs of alice's."""
    dataset = await make_dataset(database, alice.id)

    async def make(count):
        return [
            await make_job(database, alice.id, dataset, status=JobStatus.RUNNING, attempt=1)
            for _ in range(count)
        ]

    return make


@pytest.fixture
def append(database, alice):
    """A function that appends an event to a job, in a transaction that stays open where it is given."""

    async def appended(job, *, within=None):
        async with contextlib.AsyncExitStack() as stack:
            session = within or await stack.enter_async_context(database.owned_session(alice.id))
            row = await session.get_owned(TrainingJob, job.id, lock=True)
            await events.append(session, row, "log", level="info", message="x")

    return appended


async def stored(database, user) -> list[tuple[str, int]]:
    async with database.owned_session(user.id) as session:
        rows = (await session.scalars(session.owned(JobEvent))).all()
    return [(str(row.job_id), row.seq) for row in rows]


class TestList:
    @every("seed", range(12))
    async def test_shows_each_event_once_in_any_order_of_commits(self, database, new_user, seed):
        rng, user = random.Random(seed), await new_user()
        dataset = await make_dataset(database, user.id)
        made = [await make_job(database, user.id, dataset, status=JobStatus.RUNNING) for _ in range(JOBS)]
        writers, poller = Writers(database, user.id, made, rng), Poller(user)
        for _ in range(STEPS):
            await writers.step()
            await poller.poll(rng.choice([1, 2, 1000]))
        await writers.end_all()
        there = await stored(database, user)
        await poller.poll_all(database)
        assert Counter(poller.seen) == Counter(there)
        by_job = defaultdict(list)
        for job_id, seq in poller.seen:
            by_job[job_id].append(seq)
        assert all(seqs == sorted(seqs) for seqs in by_job.values())
        assert len(there) > 5

    async def test_has_an_event_whose_transaction_commits_late(self, database, alice, running, append):
        first, second = await running(2)
        poller = Poller(alice)
        async with database.owned_session(alice.id) as late:
            await append(first, within=late)
            await append(second)
            await poller.poll()
            assert not poller.seen  # the second one waits: the first has to be shown before
        await poller.poll_all(database)
        assert poller.seen == [(str(first.id), 1), (str(second.id), 1)]

    async def test_keeps_the_order_of_a_job_whose_lock_was_waited_for(self, database, alice, running, append):
        [job] = await running(1)
        poller = Poller(alice)
        async with database.owned_session(alice.id) as early:
            await early.execute(select(func.pg_current_xact_id()))
            await append(job)
            await append(job, within=early)
        await poller.poll_all(database)
        assert poller.seen == [(str(job.id), 1), (str(job.id), 2)]

    @pytest.mark.parametrize("ending", ["cancel", "complete"])
    async def test_waits_for_no_lock_behind_the_first_event_of_an_end(
        self, database, running, monkeypatch, ending
    ):
        [job] = await running(1)
        calls = []

        def noted(module, name):
            kept = getattr(module, name)

            async def called(*arguments, **options):
                calls.append(name)
                return await kept(*arguments, **options)

            monkeypatch.setattr(module, name, called)

        noted(users, "row")
        noted(events, "append")
        if ending == "complete":
            await finish_job(database, job)
        else:
            async with database.owned_session(job.user_id) as session:
                await completion.cancel(session, await jobs.get(session, job.id, lock=True))
        assert calls[0] == "row"
        assert "append" in calls


class TestStream:
    async def test_resumes_without_losing_what_was_committed_late(
        self, caller, database, alice, running, append
    ):
        first, second = await running(2)
        async with asyncio.timeout(60):
            async with caller.watching("/api/events") as stream, database.owned_session(alice.id) as late:
                await append(first, within=late)
                await append(second)
                early = await anext(stream)  # at once, though the list does not show it yet
                assert early["data"]["job_id"] == str(second.id)
            async with caller.watching("/api/events", early["id"]) as stream:
                while (await anext(stream))["data"]["job_id"] != str(first.id):
                    pass

    async def test_loses_nothing_however_often_it_breaks_off(
        self, caller, database, alice, running, append, monkeypatch
    ):
        """Also while it catches up: one job's last events came before another's first ones."""
        monkeypatch.setattr(hub, "_PAGE", 7)
        rng, three = random.Random(5), await running(3)
        async with asyncio.timeout(60), caller.watching("/api/events") as stream:
            await append(three[0])
            last = (await anext(stream))["id"]
        for job in three:
            for _ in range(25):
                await append(job)

        async def happen() -> None:
            for _ in range(60):
                await append(rng.choice(three))

        happening, seen = asyncio.create_task(happen()), {(str(three[0].id), 1)}
        while missing := 1 + 3 * 25 + 60 - len(seen):
            for event in await caller.all("/api/events", last, most=min(missing, rng.randint(5, 30))):
                seen.add((event["data"]["job_id"], event["data"]["seq"]))
                last = event["id"]
        await happening
        there = set(await stored(database, alice))
        assert seen == there

    async def test_has_each_event_once_in_one_connection(self, caller, database, alice, running, append):
        three = await running(3)
        async with asyncio.timeout(60), caller.watching("/api/events") as stream:
            async with database.owned_session(alice.id) as late:
                await append(three[0], within=late)
                for _ in range(5):
                    await append(three[1])
                    await append(three[2])
                    await asyncio.sleep(0.05)
            seen = [await anext(stream) for _ in range(11)]
            await append(three[0])
            seen.append(await anext(stream))
        found = [(event["data"]["job_id"], event["data"]["seq"]) for event in seen]
        assert Counter(found) == Counter(await stored(database, alice))

    async def test_has_the_end_of_a_job_after_the_hub_was_long_without_a_database(
        self, app, caller, database, alice, running, append, monkeypatch
    ):
        [job] = await running(1)
        async with asyncio.timeout(60), caller.watching("/api/events") as stream:
            await append(job)
            await anext(stream)
            with monkeypatch.context() as patch:
                patch.setattr(app.state.hub, "_serve", lambda *_: asyncio.sleep(0))
                async with database.owned_session(alice.id) as session:
                    await completion.cancel(session, await jobs.get(session, job.id, lock=True))
                await asyncio.sleep(0.2)
            monkeypatch.setattr(hub, "_POLL_SECONDS", 0.1)
            app.state.hub._wakeup.set()
            seen = [(await anext(stream))["event"] for _ in range(3)]
        assert seen == ["cost", "status", "end"]
