"""The bytes that one user can have in the store, whatever is done with upload URLs that were handed out."""

import asyncio
import gzip
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import NullPool, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.adapters.storage import DATASETS
from app.maintenance.reconciler import housekeeping
from app.models import Dataset, DatasetFinding, DatasetRecord
from app.models.base import utcnow
from app.services.billing import quotas
from app.services.datasets import previews
from app.services.datasets.previews import KeptRecord
from app.settings import get_settings
from tests.api.test_failures import assert_failure
from tests.conftest import until
from tests.factories import job_body, make_dataset, make_finding, pairs, store_findings

LIMIT, SIZE = 1_000_000, 900_000
_MANY_OLD = text(
    "INSERT INTO datasets SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(),"
    " 'storage_path', gen_random_uuid(), 'created_at', now() - interval '2 days'))).*"
    " FROM datasets d, generate_series(1, 3000)"
)
BODY = {"name": "Plants", "file_name": "plants.jsonl", "file_size": SIZE}


async def stored(storage, user) -> int:
    """The bytes of a user in the store, counted there."""
    keys = [key async for key, _ in storage.list(DATASETS, f"{user.id}/")]
    return sum([await storage.size(DATASETS, key) or 0 for key in keys])


async def send(answers) -> None:
    """PUT a file to the URL of every answer, whatever the store says."""
    async with httpx.AsyncClient() as store:
        for answer in answers:
            await store.put(answer["uploadUrl"], content=b"x" * SIZE, headers=answer["upload"]["headers"])


async def expire(database, user) -> None:
    """Let the time of all URLs of a user pass."""
    async with database.owned_session(user.id) as session:
        await session.execute(text("UPDATE datasets SET upload_expires_at = now() - interval '1 second'"))


class TestDeletedUploads:
    async def test_count_until_their_urls_have_expired(self, alice, database, storage, limited, reconciled):
        limited(max_stored_bytes_per_user=LIMIT, max_open_uploads_per_user=2)
        made = []
        for _ in range(12):
            answer = await alice.client.post("/api/datasets", json=BODY)
            if answer.status_code == 201:
                made.append(answer.json()["data"])
                await alice.ok("DELETE", f"/api/datasets/{made[-1]['dataset']['id']}")
            else:
                assert_failure(answer, 429, "quota_exceeded")
            await reconciled()
        await send(made)
        assert await stored(storage, alice) <= LIMIT
        assert (await alice.ok("GET", "/api/me"))["usage"]["stored_bytes"] == SIZE
        await expire(database, alice)
        await reconciled()
        assert await stored(storage, alice) == 0
        await alice.ok("POST", "/api/datasets", 201, json=BODY)

    async def test_are_open_until_their_urls_have_expired(self, alice, database, limited, reconciled):
        limited(max_open_uploads_per_user=1)
        made = await alice.ok("POST", "/api/datasets", 201, json=BODY)
        await alice.ok("DELETE", f"/api/datasets/{made['dataset']['id']}")
        await reconciled()
        assert_failure(await alice.client.post("/api/datasets", json=BODY), 429, "quota_exceeded")
        await expire(database, alice)
        await reconciled()
        await alice.ok("POST", "/api/datasets", 201, json=BODY)

    @pytest.mark.parametrize("again", ["upload", "replay"])
    async def test_count_until_the_last_of_their_urls_has_expired(
        self, alice, database, storage, reconciled, again
    ):
        headers = {"Idempotency-Key": "one"}
        first = await alice.ok("POST", "/api/datasets", 201, json=BODY, headers=headers)
        path = f"/api/datasets/{first['dataset']['id']}"
        await expire(database, alice)
        if again == "upload":
            await alice.ok("POST", f"{path}/upload")
        else:
            await alice.ok("POST", "/api/datasets", 201, json=BODY, headers=headers)
        await alice.ok("DELETE", path)
        await reconciled()
        await send([first])
        assert (await alice.ok("GET", "/api/me"))["usage"]["stored_bytes"] == SIZE
        await expire(database, alice)
        await reconciled()
        assert await stored(storage, alice) == 0

    async def test_of_kept_days_wait_for_their_urls_too(self, alice, database, storage, reconciled):
        """A file that was confirmed can be replaced for as long as its URL is good."""
        ago = utcnow() - timedelta(days=31)
        values = {"deleted_at": ago, "upload_expires_at": utcnow() + timedelta(minutes=1)}
        late = await make_dataset(database, alice.id, **values)
        await reconciled()
        await storage.put(DATASETS, late.storage_path, b"again")
        await expire(database, alice)
        await reconciled()
        assert await stored(storage, alice) == 0

    async def test_show_no_change_of_the_dataset_for_a_url(self, alice):
        made = (await alice.ok("POST", "/api/datasets", 201, json=BODY))["dataset"]
        await alice.ok("POST", f"/api/datasets/{made['id']}/upload")
        assert (await alice.ok("GET", f"/api/datasets/{made['id']}"))["dataset"] == made


class TestParts:
    async def test_count_beside_the_whole_file(self, alice, limited):
        large = 70 * 2**20
        limited(max_stored_bytes_per_user=3 * large)
        body = {**BODY, "file_size": large}
        first, second = [await alice.ok("POST", "/api/datasets", 201, json=body) for _ in range(2)]
        path = f"/api/datasets/{first['dataset']['id']}/upload"
        opened = [(await alice.ok("POST", path))["upload"]["multipart"]["upload_id"] for _ in range(2)]
        assert len(set(opened)) == 1
        assert (await alice.ok("GET", "/api/me"))["usage"]["stored_bytes"] == 3 * large
        without_room = await alice.ok("POST", f"/api/datasets/{second['dataset']['id']}/upload")
        assert without_room["upload"]["multipart"] is None
        assert (await alice.ok("GET", "/api/me"))["usage"]["stored_bytes"] == 3 * large


class TestRepairs:
    async def test_count_what_a_packed_file_unpacks_to_before_it_is_stored(
        self, alice, storage, limited, ready, worker
    ):
        content = gzip.compress(pairs(2000))
        path = await ready(content, file_name="plants.jsonl.gz")
        limited(max_stored_bytes_per_user=4 * len(content))
        made = (await alice.ok("POST", f"{path}/repair", 201, json={"actions": {}}))["dataset"]

        async def over():
            found = (await alice.ok("GET", f"/api/datasets/{made['id']}"))["dataset"]
            return found if found["status"] in ("ready", "error") else None

        refused = await until(over)
        assert "at most" in refused["error_message"]
        assert refused["error_message"].startswith("The repaired file has")
        assert await stored(storage, alice) == len(content)


class TestPurgedDatasets:
    async def test_leave_no_findings_and_no_records(self, alice, database, reconciled):
        gone = await make_dataset(database, alice.id)
        await store_findings(database, gone, [make_finding(number) for number in range(9)])
        async with database.owned_session(alice.id) as session:
            await previews.keep(session, gone, [KeptRecord(1, "{}")])
            await session.execute(text("UPDATE datasets SET deleted_at = now() - interval '31 days'"))
        await reconciled()
        async with database.owned_session(alice.id) as session:
            for model in (DatasetFinding, DatasetRecord):
                assert (await session.scalars(select(model))).all() == []


class TestRows:
    @pytest.mark.parametrize("kind", ["datasets", "jobs"])
    async def test_that_were_ended_at_once_count_for_a_day(self, alice, database, limited, kind):
        limited(max_jobs_per_user_per_day=5, max_datasets_per_user_per_day=6)
        dataset = await make_dataset(database, alice.id)
        body = BODY if kind == "datasets" else job_body(dataset.id)

        async def make() -> int:
            answer = await alice.patiently("POST", f"/api/{kind}", json=body)
            if answer.status_code == 201 and kind == "datasets":
                await alice.ok("DELETE", f"/api/datasets/{answer.json()['data']['dataset']['id']}")
            elif answer.status_code == 201:
                await alice.ok("POST", f"/api/jobs/{answer.json()['data']['id']}/cancel")
            return answer.status_code

        statuses = await asyncio.gather(*(make() for _ in range(20)))
        assert (statuses.count(201), statuses.count(429)) == (5, 15)
        usage = (await alice.ok("GET", "/api/me"))["usage"]
        assert usage[f"{kind}_per_day"] == 5 + (kind == "datasets")
        async with database.owned_session(alice.id) as session:
            for table in ("datasets", "training_jobs"):
                await session.execute(text(f"UPDATE {table} SET created_at = now() - interval '24.1 hours'"))
        assert await make() == 201

    @pytest.mark.parametrize("kind", ["api_keys", "webhooks"])
    async def test_that_were_revoked_or_deleted_count_for_a_day(self, alice, monkeypatch, kind):
        quota = quotas.Quota(f"{kind}_per_day")
        most = {**quotas.limits(get_settings()), quota: 1}
        monkeypatch.setattr(quotas, "limits", lambda _settings: most)
        path, body = f"/api/{kind.replace('_', '-')}", {"name": "k", "scopes": ["read"]}
        if kind == "webhooks":
            body = {"url": "https://receiver.invalid/hook"}
        made = (await alice.ok("POST", path, 201, json=body))[kind[:-1]]
        await alice.ok("DELETE", f"{path}/{made['id']}")
        refused = await alice.client.post(path, json=body)
        assert f"1 {kind.replace('_', ' ')} of the last 24 hours" in refused.json()["details"]

    async def test_of_samples_and_repairs_count_as_datasets(self, alice, database, limited):
        limited(max_datasets_per_user_per_day=1)
        source = await make_dataset(database, alice.id, validated_at=utcnow())
        for path, body in (("sample", None), (f"{source.id}/repair", {"actions": {}})):
            answer = await alice.client.post(f"/api/datasets/{path}", json=body)
            assert_failure(answer, 429, "quota_exceeded")

    async def test_are_counted_by_an_index(self, alice, database, settings):
        """Of a user with many old rows only those of a day are looked at."""
        await make_dataset(database, alice.id)
        async with database.owned_session(alice.id) as session:
            await session.execute(_MANY_OLD)
        owner = create_async_engine(settings.database_owner_url.get_secret_value(), poolclass=NullPool)
        async with owner.begin() as connection:
            await connection.execute(text("ANALYZE datasets"))
        async with database.owned_session(alice.id) as session:
            counted = quotas._count(session, quotas.Quota.DATASETS_PER_DAY)
            compiled = counted.compile(session.bind, compile_kwargs={"literal_binds": True})
            plan = (await session.scalars(text(f"EXPLAIN (ANALYZE) {compiled}"))).all()
        assert "Index Cond" in "".join(plan)
        removed = sum(map(int, re.findall(r"Rows Removed by Filter: (\d+)", "".join(plan))))
        assert removed < 1500  # those of a day of all users, if anything

    async def test_of_datasets_without_a_checked_file_go_after_a_day(
        self, alice, database, storage, settings
    ):
        kept = await make_dataset(database, alice.id, deleted_at=utcnow(), purged_at=utcnow())
        values = {"deleted_at": utcnow(), "purged_at": utcnow(), "status": "uploading"}
        young = await make_dataset(database, alice.id, **values)
        await make_dataset(database, alice.id, **values, created_at=utcnow() - timedelta(hours=24.1))
        async with database.owned_session(alice.id) as session:
            await session.execute(text(f"UPDATE datasets SET validated_at = now() WHERE id = '{kept.id}'"))
        await housekeeping(database, storage, settings)
        async with database.owned_session(alice.id) as session:
            assert set(await session.scalars(select(Dataset.id))) == {kept.id, young.id}

    async def test_of_datasets_with_a_checked_file_cannot_be_deleted(self, alice, database):
        """Whatever a statement says: jobs and models tell of them."""
        at = {"deleted_at": utcnow(), "purged_at": utcnow()}
        kept = await make_dataset(database, alice.id, **at, validated_at=utcnow())
        await make_dataset(database, alice.id, **at)
        await make_dataset(database, alice.id)
        async with database.owned_session(alice.id) as session:
            await session.execute(text("DELETE FROM datasets"))
            assert kept.id in set(await session.scalars(select(Dataset.id)))
            assert len((await session.scalars(select(Dataset.id))).all()) == 2
