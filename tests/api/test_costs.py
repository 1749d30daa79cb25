"""Costs over HTTP: what a period came to, and that every chart adds up to it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from app.domain.states import JobStatus
from app.models import CostRecord, CostType, TrainingJob
from app.services.billing import costs
from tests.api.test_failures import assert_failure
from tests.factories import finish_job, make_dataset, make_job

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def dataset(database, alice):
    return await make_dataset(database, alice.id)


async def charge(database, dataset, *records) -> str:
    """A job with (cost type, amount, time) records; its id."""
    job = await make_job(database, dataset.user_id, dataset, status="running")
    async with database.owned_session(dataset.user_id) as session:
        row = await session.get_owned(TrainingJob, job.id, lock=True)
        row.status, row.completed_at = JobStatus.FAILED, NEW_YEAR
        row.final_cost = sum(Decimal(amount) for _, amount, _ in records)
        for cost_type, amount, at in records:
            month = f"{at:%Y-%m}"
            row = {"user_id": job.user_id, "job_id": job.id, "billing_period": month, "recorded_at": at}
            session.add(CostRecord(**row, cost_type=cost_type, amount=Decimal(amount), details={}))
    return str(job.id)


class TestGetCosts:
    async def test_are_nothing_at_first(self, alice):
        assert await alice.ok("GET", "/api/costs") == {
            "total_cost": 0, "cost_by_type": {"training_compute": 0, "storage": 0}, "chart_data": [],
            "records": [], "total_records": 0,
        }  # fmt: skip

    async def test_list_every_record_of_a_job(self, alice, database, dataset):
        job = await make_job(database, alice.id, dataset, status="running", compute_seconds=Decimal(1800))
        await finish_job(database, job)
        costs = await alice.ok("GET", f"/api/costs?job_id={job.id}")
        assert (costs["total_cost"], costs["cost_by_type"]) == (
            4.0,
            {"training_compute": 3.5, "storage": 0.5},
        )
        compute, _ = sorted(costs["records"], key=lambda record: record["amount"], reverse=True)
        assert compute["recorded_at"].endswith("Z")
        assert compute["details"] == {
            "seconds": 1800.0, "hourly_rate": 7.0, "gpu_config": {"type": "A100-80GB", "count": 2}
        }  # fmt: skip
        assert compute["billing_period"] == f"{datetime.now(UTC):%Y-%m}"

    @pytest.mark.parametrize("group_by", ["day", "type", "job"])
    async def test_add_up_however_they_are_grouped(self, alice, database, dataset, group_by):
        next_day = NEW_YEAR + timedelta(days=1)
        first = await charge(
            database, dataset,
            (CostType.TRAINING_COMPUTE, "0.10", NEW_YEAR), (CostType.STORAGE, "0.20", next_day),
        )  # fmt: skip
        second = await charge(database, dataset, (CostType.TRAINING_COMPUTE, "0.70", NEW_YEAR))
        costs = await alice.ok(
            "GET", f"/api/costs?start_date=2026-01-01&end_date=2026-01-31&group_by={group_by}"
        )
        assert costs["total_cost"] == 1.0
        assert {bar["date"]: bar["amount"] for bar in costs["chart_data"]} == {
            "day": {"2026-01-01": 0.8, "2026-01-02": 0.2},
            "type": {"training_compute": 0.8, "storage": 0.2},
            "job": {first: 0.3, second: 0.7},
        }[group_by]

    async def test_include_the_whole_last_day_and_no_moment_more(self, alice, database, dataset):
        for at in (
            NEW_YEAR - MOMENT,
            NEW_YEAR,
            NEW_YEAR + timedelta(days=2) - MOMENT,
            NEW_YEAR + timedelta(days=2),
        ):
            await charge(database, dataset, (CostType.TRAINING_COMPUTE, "1.00", at))
        for last, total in [("2026-01-01", 1.0), ("2026-01-02", 2.0), ("2026-01-03", 3.0)]:
            costs = await alice.ok("GET", f"/api/costs?start_date=2026-01-01&end_date={last}")
            assert costs["total_cost"] == len(costs["records"]) == total

    @pytest.mark.parametrize(("period", "days"), [("week", 7), ("month", 30), ("year", 365)])
    async def test_of_a_period_end_today(self, alice, database, dataset, period, days):
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        first = today - timedelta(days=days - 1)
        await charge(database, dataset, (CostType.TRAINING_COMPUTE, "1.00", first))
        await charge(database, dataset, (CostType.TRAINING_COMPUTE, "5.00", first - MOMENT))
        assert (await alice.ok("GET", f"/api/costs?period={period}"))["total_cost"] == 1.0

    async def test_narrow_to_a_job(self, alice, database, dataset):
        now = datetime.now(UTC)
        first = await charge(database, dataset, (CostType.TRAINING_COMPUTE, "1.00", now))
        await charge(database, dataset, (CostType.TRAINING_COMPUTE, "2.00", now))
        costs = await alice.ok("GET", f"/api/costs?job_id={first}")
        assert (costs["total_cost"], {record["job_id"] for record in costs["records"]}) == (1.0, {first})
        assert (await alice.ok("GET", f"/api/costs?job_id={uuid7()}"))["records"] == []

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("start_date=2026-01-02&end_date=2026-01-01", "end_date"), ("start_date=2026-01-02", "end_date"),
            ("end_date=2026-01-02", "start_date"), ("start_date=yesterday&end_date=2026-01-02", "start_date"),
            (f"start_date=2026-01-02&end_date={date.max}", "end_date"),
        ],
    )  # fmt: skip
    async def test_need_a_range_that_is_one(self, alice, query, field):
        refused = await alice.client.get(f"/api/costs?{query}")
        assert list(assert_failure(refused, 400, "validation_error")["details"]) == [field]

    async def test_sum_without_a_rounding_error(self, alice, database, dataset):
        for _ in range(30):
            await charge(database, dataset, (CostType.TRAINING_COMPUTE, "0.01", NEW_YEAR))
        costs = await alice.ok("GET", "/api/costs?start_date=2026-01-01&end_date=2026-01-01")
        assert costs["total_cost"] == 0.3


class TestManyCharges:
    @pytest.fixture(autouse=True)
    def few_are_shown(self, monkeypatch):
        monkeypatch.setattr(costs, "_SHOWN", 2)

    async def test_are_listed_from_the_last_ones_on_and_summed_up_in_one_bar(self, alice, database, dataset):
        for number in range(5):
            at = NEW_YEAR + timedelta(minutes=number)
            await charge(database, dataset, (CostType.TRAINING_COMPUTE, f"{number + 1}.00", at))
        query = "start_date=2026-01-01&end_date=2026-01-01"
        found = await alice.ok("GET", f"/api/costs?{query}&group_by=job")
        assert [record["amount"] for record in found["records"]] == [4.0, 5.0]
        assert (found["total_records"], found["total_cost"]) == (5, 15.0)
        assert [bar["amount"] for bar in found["chart_data"]] == [1.0, 2.0, 12.0]
        assert found["chart_data"][-1]["date"] == "other"

    async def test_are_all_in_the_download(self, alice, database, dataset):
        for number in range(5):
            await charge(database, dataset, (CostType.TRAINING_COMPUTE, f"{number + 1}.00", NEW_YEAR))
        answer = await alice.client.get("/api/costs/download?start_date=2026-01-01&end_date=2026-01-01")
        amounts = [line.split(",")[3] for line in answer.text.splitlines()[1:]]
        assert sorted(amounts) == [f"{number + 1}.00" for number in range(5)]


class TestDownloadCosts:
    async def test_has_a_row_for_each_charge(self, alice, database, dataset):
        job_id = await charge(database, dataset, (CostType.TRAINING_COMPUTE, "1.25", NEW_YEAR))
        path = "/api/costs/download?start_date=2026-01-01&end_date=2026-01-01"
        answer = await alice.client.get(path)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "costs-2026-01-01-2026-01-01.csv" in answer.headers["content-disposition"]
        assert answer.text.splitlines() == [
            "recorded_at,job_id,cost_type,amount_usd,billing_period",
            f"2026-01-01T00:00:00+00:00,{job_id},training_compute,1.25,2026-01",
        ]

    async def test_is_for_the_owner(self, bob, database, dataset):
        await charge(database, dataset, (CostType.TRAINING_COMPUTE, "1.25", NEW_YEAR))
        answer = await bob.client.get("/api/costs/download?start_date=2026-01-01&end_date=2026-01-01")
        assert len(answer.text.splitlines()) == 1


class TestLedger:
    """The database itself insists that a job's records make its final cost."""

    async def test_takes_no_charge_of_a_job_that_has_not_ended(self, database, dataset):
        job = await make_job(database, dataset.user_id, dataset, status="running")
        with pytest.raises(IntegrityError, match="not to its final cost"):
            await self._charge(database, job)

    async def test_takes_no_charge_after_the_end(self, database, dataset):
        job = await make_job(database, dataset.user_id, dataset, status="running")
        await finish_job(database, job)
        with pytest.raises(IntegrityError, match=r"duplicate key|not to its final cost"):
            await self._charge(database, job)

    async def test_takes_no_final_cost_without_its_records(self, database, dataset):
        with pytest.raises(IntegrityError, match="not to its final cost"):
            await make_job(database, dataset.user_id, dataset, status="failed", final_cost=Decimal("1.00"))

    async def _charge(self, database, job):
        async with database.owned_session(job.user_id) as session:
            session.add(
                CostRecord(
                    user_id=job.user_id,
                    job_id=job.id,
                    cost_type=CostType.STORAGE,
                    amount=Decimal("0.50"),
                    details={},
                    billing_period="2026-01",
                )
            )
