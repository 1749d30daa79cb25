"""Any sequence of calls of one user, beside a model of what must come of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy.orm import selectinload

from app.adapters.storage import DATASETS, Storage
from app.db.session import Database
from app.domain import states
from app.domain.states import JobStatus
from app.models import Dataset, TrainingJob
from app.services import datasets
from app.services.jobs import completion
from app.services.jobs.completion import FailureReason
from tests.contract.model import ACTIVE, Model
from tests.exposure import tried
from tests.factories import finish_job, job_body, pairs

CONTENT = pairs(2)
_WHICH = st.integers(0, 30)
_FACTS = {"total_pairs": 100, "total_training_pairs": 90, "total_tokens": 20_000, "content_sha256": "0" * 64}


@dataclass(frozen=True)
class World:
    """The live service, and what stands in for its workers."""

    url: str
    token: Callable[[UUID], str]
    database: Database
    storage: Storage
    loop: asyncio.AbstractEventLoop

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something in the loop of the service."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


class Sequences(RuleBasedStateMachine):
    """One user's calls in any order; after each of them the service shows what the model holds."""

    world: World
    refusals: ClassVar[Counter[str | None]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.user, self.model = uuid4(), Model()
        headers = {"Authorization": f"Bearer {self.world.token(self.user)}"}
        self.client = httpx.Client(base_url=self.world.url, headers=headers)
        self.dataset_ids: list[str] = []  # those that were deleted too
        self.price = Decimal(0)
        self.announces_a_file("Stars")
        self.sends_it(0)
        self.confirms_it(0)
        self.has_it_checked(0, True)
        self.queues_a_job(0)

    def teardown(self) -> None:
        self.client.close()

    def call(self, method: str, path: str, expected: int, code: str | None = None, **request: Any) -> Any:
        answer = self.client.request(method, f"/api{path}", **request)
        said = answer.json()
        assert (answer.status_code, said.get("code")) == (expected, code), answer.text
        self.refusals[code] += 1
        tried["T20 calls in sequences"] += 1
        return said.get("data")

    @rule(name=st.sampled_from(["Plants", "Stars", "100 %"]))
    def announces_a_file(self, name: str) -> None:
        body = {"name": name, "file_name": "plants.jsonl", "file_size": len(CONTENT)}
        made = self.call("POST", "/datasets", 201, json=body)["dataset"]
        self.model.datasets[made["id"]] = {"name": name, "status": "uploading", "path": made["storage_path"]}
        self.dataset_ids.append(made["id"])

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH)
    def sends_it(self, which: int) -> None:
        if dataset := self.model.datasets.get(self.pick(self.dataset_ids, which)):
            self.world.wait(self.world.storage.put(DATASETS, dataset["path"], CONTENT))
            dataset["sent"] = True

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH)
    def confirms_it(self, which: int) -> None:
        id = self.pick(self.dataset_ids, which)
        dataset = self.model.datasets.get(id)
        if dataset is None:
            refused: tuple[int, str] | None = (404, "not_found")
        elif dataset["status"] == "error":
            refused = (409, "dataset_not_uploading")
        elif dataset["status"] == "uploading" and not dataset.get("sent"):
            refused = (409, "upload_missing")
        else:
            refused = None
        self.call("POST", f"/datasets/{id}/confirm", *(refused or (200,)))
        if dataset and not refused and dataset["status"] == "uploading":
            dataset["status"] = "validating"

    @precondition(lambda self: self.with_status("validating", self.model.datasets))
    @rule(which=_WHICH, is_good=st.booleans())
    def has_it_checked(self, which: int, is_good: bool) -> None:
        id = self.pick(self.with_status("validating", self.model.datasets), which)
        self.world.wait(_check(self.world.database, self.user, id, is_good))
        self.model.datasets[id]["status"] = "ready" if is_good else "error"
        self.model.tell()

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH, name=st.sampled_from(["Trees", "é"]))
    def renames_it(self, which: int, name: str) -> None:
        id = self.pick(self.dataset_ids, which)
        if dataset := self.model.datasets.get(id):
            self.call("PATCH", f"/datasets/{id}", 200, json={"name": name})
            dataset["name"] = name
        else:
            self.call("PATCH", f"/datasets/{id}", 404, "not_found", json={"name": name})

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH)
    def has_it_checked_again(self, which: int) -> None:
        id = self.pick(self.dataset_ids, which)
        dataset = self.model.datasets.get(id)
        if dataset is None:
            self.call("POST", f"/datasets/{id}/revalidate", 404, "not_found")
        elif dataset["status"] == "uploading":
            self.call("POST", f"/datasets/{id}/revalidate", 409, "upload_missing")
        elif self.model.is_used(id):
            self.call("POST", f"/datasets/{id}/revalidate", 409, "dataset_in_use")
        else:
            self.call("POST", f"/datasets/{id}/revalidate", 202)
            dataset["status"] = "validating"

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH)
    def deletes_it(self, which: int) -> None:
        id = self.pick(self.dataset_ids, which)
        if id not in self.model.datasets:
            self.call("DELETE", f"/datasets/{id}", 404, "not_found")
        elif self.model.is_used(id):
            self.call("DELETE", f"/datasets/{id}", 409, "dataset_in_use")
        else:
            self.call("DELETE", f"/datasets/{id}", 200)
            del self.model.datasets[id]

    @precondition(lambda self: self.dataset_ids)
    @rule(which=_WHICH)
    def queues_a_job(self, which: int) -> None:
        id = self.pick(self.dataset_ids, which)
        self.queue(id, "/jobs", job_body(id))

    @precondition(lambda self: self.model.jobs)
    @rule(which=_WHICH)
    def tries_a_job_again(self, which: int) -> None:
        id = self.pick(list(self.model.jobs), which)
        job = self.model.jobs[id]
        if job["status"] in {"failed", "cancelled"}:
            self.queue(job["dataset"], f"/jobs/{id}/retry", {})
        else:
            self.call("POST", f"/jobs/{id}/retry", 409, "job_not_retryable", json={})

    @precondition(lambda self: self.model.jobs)
    @rule(which=_WHICH)
    def cancels_a_job(self, which: int) -> None:
        id = self.pick(list(self.model.jobs), which)
        status = self.model.jobs[id]["status"]
        if status in {"completed", "failed"}:
            self.call("POST", f"/jobs/{id}/cancel", 409, "job_not_cancellable")
            return
        assert self.call("POST", f"/jobs/{id}/cancel", 200)["status"] == "cancelled"
        if status in ACTIVE:
            self.model.end_job(id, "cancelled")

    @precondition(lambda self: self.with_status("queued", self.model.jobs))
    @rule(which=_WHICH)
    def sees_a_job_start(self, which: int) -> None:
        id = self.pick(self.with_status("queued", self.model.jobs), which)
        self.world.wait(_start(self.world.database, self.user, id))
        self.model.jobs[id]["status"] = "running"

    @precondition(lambda self: self.model.jobs)
    @rule(which=_WHICH, is_good=st.booleans())
    def sees_a_job_end(self, which: int, is_good: bool) -> None:
        id = self.pick(list(self.model.jobs), which)
        if self.model.jobs[id]["status"] not in ACTIVE:
            return
        if self.model.jobs[id]["status"] == "queued":
            self.world.wait(_start(self.world.database, self.user, id))
        self.world.wait((_finish if is_good else _fail)(self.world.database, self.user, id))
        self.model.end_job(id, "completed" if is_good else "failed")

    @rule(amount=st.sampled_from([None, 1, 3, 9]), is_blocking=st.booleans())
    def sets_a_budget(self, amount: int | None, is_blocking: bool) -> None:
        self.call("PUT", "/budget", 200, json={"monthly_usd": amount, "block_above": is_blocking})
        self.model.budget = (None if amount is None else Decimal(amount), is_blocking)
        self.model.watch_budget()

    @rule(deed=st.sampled_from(["read one", "delete one", "read all"]))
    def clears_the_bell(self, deed: str) -> None:
        if deed == "read all":
            self.call("POST", "/notifications/read-all", 200)
            self.model.unread = 0
        elif rows := self.call("GET", "/notifications?limit=1", 200)["notifications"]:
            path = f"/notifications/{rows[0]['id']}"
            self.model.unread -= not rows[0]["read"]
            self.model.notifications -= deed == "delete one"
            self.call(*(("DELETE", path) if deed == "delete one" else ("PATCH", f"{path}/read")), 200)

    @rule(is_new=st.booleans(), which=_WHICH)
    def makes_or_revokes_a_key(self, is_new: bool, which: int) -> None:
        if is_new or not self.model.api_keys:
            made = self.call("POST", "/api-keys", 201, json={"name": "script"})["api_key"]
            self.model.api_keys[made["id"]] = made["secret"]
        else:
            id = self.pick(list(self.model.api_keys), which)
            bearer = {"Authorization": f"Bearer {self.model.api_keys.pop(id)}"}
            assert self.call("GET", "/me", 200, headers=bearer)["id"] == str(self.user)
            self.call("DELETE", f"/api-keys/{id}", 200)
            self.call("GET", "/me", 401, "unauthorized", headers=bearer)

    @rule(is_new=st.booleans(), which=_WHICH, is_enabled=st.none() | st.booleans())
    def changes_webhooks(self, is_new: bool, which: int, is_enabled: bool | None) -> None:
        if is_new or not self.model.webhooks:
            body = {"url": f"https://receiver.invalid/{uuid4()}"}
            hook = self.call("POST", "/webhooks", 201, json=body)["webhook"]
            self.model.webhooks[hook["id"]] = True
            return
        id = self.pick(list(self.model.webhooks), which)
        if is_enabled is None:
            self.call("DELETE", f"/webhooks/{id}", 200)
            self.call("GET", f"/webhooks/{id}", 404, "not_found")
            del self.model.webhooks[id]
        else:
            self.call("PATCH", f"/webhooks/{id}", 200, json={"enabled": is_enabled})
            self.model.webhooks[id] = is_enabled

    @invariant()
    def shows_what_the_model_holds(self) -> None:
        model, limit = self.model, "?limit=100"
        rows = self.call("GET", f"/datasets{limit}", 200)["datasets"]
        assert {row["id"]: (row["name"], row["status"], row["training_ready"]) for row in rows} == {
            id: (row["name"], row["status"], row["status"] == "ready") for id, row in model.datasets.items()
        }
        rows = self.call("GET", f"/jobs{limit}", 200)["jobs"]
        assert {row["id"]: (row["dataset_id"], row["status"]) for row in rows} == {
            id: (row["dataset"], row["status"]) for id, row in model.jobs.items()
        }
        bell = self.call("GET", "/notifications?limit=1", 200)
        shown = (bell["pagination"]["total"], bell["unread_count"])
        assert shown == (model.notifications, model.unread)
        me = self.call("GET", "/me", 200)
        assert me["usage"]["queued_jobs"] == len(self.with_status("queued", model.jobs))
        assert me["usage"]["api_keys"] == len(model.api_keys)
        assert Decimal(str(me["budget"]["spent_usd"])) == model.charged
        hooks = self.call("GET", f"/webhooks{limit}", 200)["webhooks"]
        assert {hook["id"]: hook["enabled"] for hook in hooks} == model.webhooks

    def queue(self, dataset_id: str, path: str, body: Any) -> None:
        """Ask for a job on a dataset, and get it unless the model says why not."""
        self.price = self.price or self.priced(dataset_id)
        refused = self.model.why_no_job(dataset_id, self.price)
        job = self.call("POST", path, *(refused or (201,)), json=body)
        if not refused:
            assert Decimal(str(job["estimated_total_cost"])) == self.price
            self.model.jobs[job["id"]] = {"dataset": dataset_id, "status": "queued"}
            self.model.tell()

    def priced(self, dataset_id: str) -> Decimal:
        """The cost of a job; all datasets are alike once they are validated."""
        if self.model.datasets.get(dataset_id, {}).get("status") != "ready":
            return Decimal(0)
        plan = job_body(
            dataset_id, hyperparameters={"batch_size": 4, "epochs": 3, "learning_rate": 5e-5, "rank": 16}
        )
        return Decimal(str(self.call("POST", "/jobs/estimate", 200, json=plan)["estimated_cost"]))

    @staticmethod
    def pick(ids: list[str], which: int) -> str:
        return ids[which % len(ids)]

    @staticmethod
    def with_status(status: str, rows: dict[str, dict[str, Any]]) -> list[str]:
        return [id for id, row in rows.items() if row["status"] == status]


async def _check(database: Database, owner: UUID, id: str, is_good: bool) -> None:
    async with database.owned_session(owner) as session:
        dataset = await session.get_owned(Dataset, UUID(id), lock=True)
        dataset.attempt += 1
        if is_good:
            for name, value in _FACTS.items():
                setattr(dataset, name, value)
            await datasets._make_ready(session, dataset)
        else:
            await datasets.reject(session, dataset, "It is not good.")


async def _start(database: Database, owner: UUID, id: str) -> None:
    for status in (JobStatus.INITIALIZING, JobStatus.RUNNING):
        async with database.owned_session(owner) as session:
            job = await session.get_owned(TrainingJob, UUID(id), lock=True)
            job.status = states.move(job.status, status)


async def _finish(database: Database, owner: UUID, id: str) -> None:
    async with database.owned_session(owner) as session:
        job = await session.get_owned(TrainingJob, UUID(id))
    await finish_job(database, job)


async def _fail(database: Database, owner: UUID, id: str) -> None:
    async with database.owned_session(owner) as session:
        options = [selectinload(TrainingJob.dataset)]
        job = await session.get_owned(TrainingJob, UUID(id), lock=True, options=options)
        await completion.fail(session, job, FailureReason("trainer_crashed", "It died."))
