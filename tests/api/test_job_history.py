"""A job's curve and its log, over HTTP."""

import pytest
from uuid_utils.compat import uuid7

from app.models import TrainingJob
from app.models.base import utcnow
from app.services import events
from tests.api.test_failures import assert_failure
from tests.factories import add_points, make_dataset, make_job


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    dataset = await make_dataset(database, alice.id)
    return await make_job(database, alice.id, dataset, status="running", total_steps=5000, attempt=1)


class TestGetJobMetrics:
    async def test_is_empty_at_first(self, alice, job):
        assert await alice.ok("GET", f"/api/jobs/{job.id}/metrics") == {
            "points": [], "total_points": 0, "downsampled": False
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
