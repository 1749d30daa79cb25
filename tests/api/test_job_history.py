"""A job's curve and its log, over HTTP."""

import random

import pytest
from uuid_utils.compat import uuid7

from app.models import TrainingJob
from app.models.base import utcnow
from app.services import events, metrics
from tests.api.test_failures import assert_failure
from tests.factories import add_points, make_dataset, make_job


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    dataset = await make_dataset(database, alice.id)
    return await make_job(database, alice.id, dataset, status="running", total_steps=5000, attempt=1)


class TestGetJobMetrics:
    async def test_is_empty_at_first(self, alice, job):
        assert await alice.ok("GET", f"/api/jobs/{job.id}/metrics") == {
            "points": [], "total_points": 0, "downsampled": False, "last_seq": 0
        }  # fmt: skip

    async def test_has_the_points_by_step(self, alice, database, job):
        await add_points(database, job, [3, 1, 2], learning_rate=0.001, throughput=1000.5, tokens_seen=10**12)
        found = await alice.ok("GET", f"/api/jobs/{job.id}/metrics")
        assert [point["step"] for point in found["points"]] == [1, 2, 3]
        assert (found["total_points"], found["downsampled"]) == (3, False)
        point = found["points"][1]
        assert point["job_id"] == str(job.id)
        assert point["timestamp"].endswith("Z")
        assert (point["training_loss"], point["attempt"], point["epoch"]) == (0.5, 1, 1)
        assert (point["tokens_seen"], point["throughput"]) == (10**12, 1000.5)
        assert (point["validation_loss"], point["memory_peak_bytes"]) == (None, None)

    async def test_narrows_to_steps_and_to_an_attempt(self, alice, database, job):
        await add_points(database, job, range(1, 21))
        for query, steps in [
            ("from_step=18", [18, 19, 20]), ("to_step=2", [1, 2]), ("from_step=5&to_step=6", [5, 6]),
            ("from_step=9&to_step=8", []), ("attempt=2", []), ("attempt=1&from_step=20", [20]),
        ]:  # fmt: skip
            found = await alice.ok("GET", f"/api/jobs/{job.id}/metrics?{query}")
            assert [point["step"] for point in found["points"]] == steps, query
            assert found["total_points"] == len(steps)

    @pytest.mark.parametrize("most", [1, 2, 3, 4, 10, 100, 1199])
    async def test_thins_out_but_keeps_extremes_and_the_last(self, alice, database, job, most):
        await add_points(database, job, range(1, 1201), training_loss=1.0)
        await add_points(database, job, [400], training_loss=9.0)
        await add_points(database, job, [800], training_loss=0.1)
        found = await alice.ok("GET", f"/api/jobs/{job.id}/metrics?max_points={most}")
        steps = [point["step"] for point in found["points"]]
        assert (found["total_points"], found["downsampled"]) == (1200, True)
        assert len(steps) <= most
        assert steps == sorted(set(steps))
        assert steps[-1] == 1200
        if most >= 4:
            assert {1, 400, 800} <= set(steps)

    async def test_shows_a_thousand_unless_told(self, alice, database, job):
        await add_points(database, job, range(1, 1502))
        found = await alice.ok("GET", f"/api/jobs/{job.id}/metrics")
        assert len(found["points"]) <= 1000
        whole = await alice.ok("GET", f"/api/jobs/{job.id}/metrics?max_points=1501")
        assert (len(whole["points"]), whole["downsampled"]) == (1501, False)


class TestLongCurve:
    """Beyond a thousand steps rollups stand in for the points: the answer must be as good."""

    @pytest.fixture
    async def long(self, database, alice) -> TrainingJob:
        dataset = await make_dataset(database, alice.id)
        return await make_job(database, alice.id, dataset, status="running", total_steps=100_000, attempt=1)

    async def _write(self, database, job, losses: dict[int, float | None]) -> None:
        async with database.owned_session(job.user_id) as session:
            points = [
                {"at": utcnow(), "epoch": 1, "step": step, "training_loss": loss}
                for step, loss in losses.items()
            ]
            await metrics.store(session, job, points)

    @pytest.mark.parametrize("seed", range(6))
    async def test_has_the_extremes_of_any_range(self, alice, database, long, seed):
        rng = random.Random(seed)
        steps = sorted(rng.sample(range(1, 12_000), 8_000))
        losses = {step: rng.choice([None, rng.random()]) for step in steps}
        for at in range(0, len(steps), 997):
            await self._write(database, long, {step: losses[step] for step in steps[at : at + 997]})
        again = {step: rng.random() for step in rng.sample(steps, 500)}  # a later attempt
        await self._write(database, long, again)
        losses |= again
        for _ in range(6):
            first, last = sorted(rng.sample(range(12_000), 2))
            most = rng.choice([4, 10, 100, 777, 1000])
            query = f"from_step={first}&to_step={last}&max_points={most}"
            found = await alice.ok("GET", f"/api/jobs/{long.id}/metrics?{query}")
            inside = {step: loss for step, loss in losses.items() if first <= step <= last}
            assert found["total_points"] == len(inside)
            shown = {point["step"]: point["training_loss"] for point in found["points"]}
            assert len(shown) <= most
            assert list(shown) == sorted(shown)
            assert shown.items() <= inside.items()
            if inside:
                assert max(inside) in shown
                measured = [loss for loss in inside.values() if loss is not None]
                if measured and most >= 10:
                    assert {min(inside), max(inside)} <= set(shown)
                    assert {min(measured), max(measured)} <= set(shown.values())

    async def test_of_one_attempt_has_its_extremes_which_the_database_picks(
        self, alice, database, long, monkeypatch
    ):
        losses = dict.fromkeys(range(1, 4001), 1.0) | {1234: 9.0, 2345: 0.1, 3456: None}
        await self._write(database, long, losses)
        monkeypatch.setattr(metrics, "_WHOLE_STEPS", 400)
        monkeypatch.delattr(metrics, "_whole")  # no list of all steps
        found = await alice.ok("GET", f"/api/jobs/{long.id}/metrics?attempt=1&max_points=50")
        shown = {point["step"]: point["training_loss"] for point in found["points"]}
        assert {1, 1234, 2345, 4000} <= set(shown)
        assert (len(shown) <= 50, found["total_points"]) == (True, 4000)

    async def test_forgets_the_extreme_that_a_later_attempt_overwrote(self, alice, database, long):
        await self._write(database, long, dict.fromkeys(range(1, 5001), 1.0) | {3000: 99.0})
        await self._write(database, long, {3000: 1.0})
        found = await alice.ok("GET", f"/api/jobs/{long.id}/metrics?max_points=100")
        assert {point["training_loss"] for point in found["points"]} == {1.0}

    async def test_reads_few_rows_however_long_it_is(self, alice, database, long, monkeypatch):
        await self._write(database, long, {step: 1 / step for step in range(1, 60_001)})
        read = []
        whole = metrics._whole

        async def counted(session, query):
            rows = await whole(session, query)
            read.append(len(rows[0]))
            return rows

        monkeypatch.setattr(metrics, "_whole", counted)
        found = await alice.ok("GET", f"/api/jobs/{long.id}/metrics")
        assert found["total_points"] == 60_000
        assert 400 < len(found["points"]) <= 1000
        assert sum(read) < 600


class TestListJobEvents:
    @pytest.fixture
    async def path(self, database, job) -> str:
        async with database.owned_session(job.user_id) as session:
            locked = await session.get_owned(TrainingJob, job.id, lock=True)
            for number in range(150):
                kind = "metric" if number % 3 else "log"
                await events.append_all(session, locked, [(kind, utcnow(), {"number": number})])
        return f"/api/jobs/{job.id}/events"

    async def test_are_in_order_without_gaps(self, alice, path):
        found = (await alice.ok("GET", path))["events"]
        assert [event["seq"] for event in found] == list(range(1, 101))
        assert set(found[0]) == {"seq", "type", "at", "data"}
        assert found[0]["data"] == {"number": 0}
        assert found[0]["at"].endswith("Z")

    async def test_go_on_behind_the_last_one_seen(self, alice, path):
        seen, after = [], 0
        while page := (await alice.ok("GET", f"{path}?after_seq={after}&limit=40"))["events"]:
            seen += [event["seq"] for event in page]
            after = seen[-1]
        assert seen == list(range(1, 151))

    @pytest.mark.parametrize(
        ("query", "count"),
        [("types=log", 50), ("types=metric", 100), ("types=log,metric", 150), ("types=log&types=metric", 150),
         ("types=end", 0), ("limit=1000", 150), ("types=log&after_seq=148", 0)],
    )  # fmt: skip
    async def test_narrow_to_types(self, alice, path, query, count):
        found = await alice.ok(
            "GET", f"{path}?limit=1000&{query}" if "limit" not in query else f"{path}?{query}"
        )
        assert len(found["events"]) == count

    async def test_of_an_unknown_job_are_unknown(self, alice):
        for path in ("events", "metrics"):
            assert_failure(await alice.client.get(f"/api/jobs/{uuid7()}/{path}"), 404, "not_found")
