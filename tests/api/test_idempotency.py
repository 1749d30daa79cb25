"""Idempotency-Key: whatever is sent again under one key happened once."""

import asyncio

import pytest
from sqlalchemy import func, select, text

from app.models import Dataset, IdempotencyKey, TrainingJob
from tests.api.test_failures import assert_failure
from tests.factories import job_body, make_dataset

DATASET = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 10}


def key(value: str = "one") -> dict[str, str]:
    return {"Idempotency-Key": value}


async def count(database, owner, model) -> int:
    async with database.owned_session(owner) as session:
        return await session.scalar(select(func.count()).select_from(session.owned(model).subquery()))


class TestReplay:
    async def test_answers_as_the_first_time(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        first, again = [
            await alice.client.post("/api/jobs", json=job_body(dataset.id), headers=key()) for _ in range(2)
        ]
        assert (first.status_code, again.status_code) == (201, 201)
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.content == first.content
        assert await count(database, alice.id, TrainingJob) == 1

    async def test_answers_as_then_though_the_row_has_moved_on(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id), headers=key())
        await alice.ok("POST", f"/api/jobs/{created['id']}/cancel")
        again = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id), headers=key())
        assert again["status"] == "queued"

    async def test_signs_urls_anew_and_stores_none(self, alice, database):
        first = await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key())
        await asyncio.sleep(1.1)  # a signature's clock ticks in seconds
        again = await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key())
        assert again["dataset"] == first["dataset"]
        assert again["uploadUrl"] != first["uploadUrl"]
        assert again["upload"]["expires_at"] > first["upload"]["expires_at"]
        async with database.owned_session(alice.id) as session:
            stored = await session.scalar(session.owned(IdempotencyKey))
        assert "X-Amz" not in str(stored.response)

    @pytest.mark.parametrize(
        "changes",
        [
            ("status = 'validating'", "status = 'ready'"),
            ("status = 'error'",),
            ("deleted_at = now()",),
            ("deleted_at = now()", "purged_at = now()"),
        ],
    )
    async def test_signs_no_url_for_a_file_that_is_not_awaited(self, alice, database, changes):
        await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key())
        async with database.owned_session(alice.id) as session:
            for change in changes:
                await session.execute(text(f"UPDATE datasets SET {change}"))
        answer = await alice.client.post("/api/datasets", json=DATASET, headers=key())
        assert_failure(answer, 409, "upload_closed")
        assert "X-Amz" not in answer.text

    async def test_is_not_needed(self, alice, database):
        for _ in range(2):
            await alice.ok("POST", "/api/datasets", 201, json=DATASET)
        assert await count(database, alice.id, Dataset) == 2
        assert await count(database, alice.id, IdempotencyKey) == 0


class TestScope:
    async def test_is_the_key(self, alice, database):
        for value in ("one", "two", "x" * 255, "~ all printable !"):
            await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key(value))
        assert await count(database, alice.id, Dataset) == 4

    async def test_is_the_user(self, alice, bob):
        mine, theirs = [
            await user.ok("POST", "/api/datasets", 201, json=DATASET, headers=key()) for user in (alice, bob)
        ]
        assert mine["dataset"]["id"] != theirs["dataset"]["id"]

    async def test_is_the_route(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key())
        answer = await alice.client.post("/api/jobs", json=job_body(dataset.id), headers=key())
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer.headers

    async def test_is_the_body(self, alice, database):
        await alice.ok("POST", "/api/datasets", 201, json=DATASET, headers=key())
        other = {**DATASET, "name": "Other"}
        answer = await alice.client.post("/api/datasets", json=other, headers=key())
        assert_failure(answer, 409, "idempotency_key_reused")
        assert await count(database, alice.id, Dataset) == 1

    @pytest.mark.parametrize("value", ["", "x" * 256, "a\tb", "schlüssel".encode("latin-1")])
    async def test_is_printable_and_short(self, alice, value):
        answer = await alice.client.post("/api/datasets", json=DATASET, headers={"Idempotency-Key": value})
        assert_failure(answer, 400, "validation_error")


class TestFailure:
    async def test_leaves_the_key_free(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="uploading")
        for body, code in [
            ({"gpu_config": {}}, "validation_error"),
            (job_body(alice.id), "not_found"),
            (job_body(dataset.id), "dataset_not_ready"),
        ]:
            answer = await alice.client.post("/api/jobs", json=body, headers=key())
            assert answer.json()["code"] == code
        ready = await make_dataset(database, alice.id)
        await alice.ok("POST", "/api/jobs", 201, json=job_body(ready.id), headers=key())

    async def test_is_not_replayed(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="uploading")
        for _ in range(2):
            answer = await alice.client.post("/api/jobs", json=job_body(dataset.id), headers=key())
            assert_failure(answer, 409, "dataset_not_ready")
            assert "Idempotency-Replayed" not in answer.headers


class TestConcurrentRequests:
    async def test_with_one_key_make_one_job(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        answers = await asyncio.gather(
            *(alice.client.post("/api/jobs", json=job_body(dataset.id), headers=key()) for _ in range(50))
        )
        created = [answer for answer in answers if answer.status_code == 201]
        assert len({answer.json()["data"]["id"] for answer in created}) == 1
        assert sum("Idempotency-Replayed" not in answer.headers for answer in created) == 1
        for answer in answers:
            if answer.status_code != 201:
                assert answer.status_code in {409, 503}
                assert answer.json()["code"] in {"idempotency_in_progress", "service_unavailable"}
                assert int(answer.headers["Retry-After"]) >= 1
        assert await count(database, alice.id, TrainingJob) == 1
        assert await count(database, alice.id, IdempotencyKey) == 1

    async def test_without_a_key_make_a_job_each(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        answers = await asyncio.gather(
            *(alice.patiently("POST", "/api/jobs", json=job_body(dataset.id)) for _ in range(5))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert await count(database, alice.id, TrainingJob) == 5
