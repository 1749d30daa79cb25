"""Several users at work over HTTP: uploads, jobs, cancels, retries, and readers that never give up."""

import asyncio
import contextlib
import hashlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.adapters.auth import make_token
from app.domain.states import TERMINAL
from tests.chaos.history import History
from tests.factories import job_body, pairs

FILE = pairs(50)
STEPS = 45  # of one epoch over that file, one pair a step
_REQUEST_SECONDS = 8
_STREAM_SECONDS = 20  # a heartbeat comes every 15
_PATIENCE_SECONDS = 90
_PASSING = (429, 502, 503, 504)
_POLL_SECONDS = 0.3
_CONFIRMS = 10


class Unanswered(Exception):
    """A request got no final answer, however often it was sent."""


class Rejected(Exception):
    """A dataset that is right became an error: the verdict sees it."""


@dataclass(frozen=True)
class Mix:
    """The users' behaviour: jobs at a time, and the share of jobs with which something happens."""

    at_once: int = 12
    epochs: tuple[int, ...] = (1, 2)
    cancelled: float = 0.08
    twins: float = 0.15  # the creating request is sent twice at a time
    streamed: float = 0.5  # watched by its stream, the others by polls
    uploaded: float = 0.1  # on a dataset of its own
    crashing: float = 0.0  # the program fails at its fifth step, in every attempt
    padding: int = 0  # blanks after each line of a file, to be checked for longer


@dataclass
class User:
    """A caller who repeats what got no answer, and writes down all of it."""

    history: History
    http: httpx.AsyncClient
    rng: random.Random
    id: UUID = field(default_factory=uuid4)
    posting: int = 0  # requests under way that create something
    datasets: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, *, key: str | None = None, **request: Any) -> httpx.Response:
        """One request, one line of history; raises httpx.HTTPError without an answer."""
        began = time.time()
        facts: dict[str, Any] = {"user": self.id, "method": method, "path": path, "key": key}
        headers = request.pop("headers", {}) | ({"Idempotency-Key": key} if key else {})
        self.posting += key is not None
        try:
            answer = await self.http.request(method, path, headers=headers, **request)
            facts |= {"status": answer.status_code} | _told(answer)
            return answer
        except httpx.HTTPError as error:
            facts["error"] = type(error).__name__
            raise
        finally:
            self.posting -= key is not None
            self.history.add("request", at=began, seconds=round(time.time() - began, 4), **facts)

    async def insist(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Send it until somebody answers for good; raises Unanswered after much patience."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self.ask(method, path, **request)
                if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
                    break  # which the verdict sees
                if answer.status_code not in _PASSING and _code(answer) != "idempotency_in_progress":
                    return answer
            await asyncio.sleep(self.rng.uniform(0.05, 0.3))
        self.history.add("unanswered", user=self.id, method=method, path=path, key=request.get("key"))
        raise Unanswered(f"{method} {path}")

    async def upload(self, padding: int = 0) -> str:
        """A new dataset, brought to `ready`; its id."""
        file = FILE.replace(b"\n", b" " * padding + b"\n")
        body = {
            "name": f"Plants {uuid4().hex[:8]}",
            "file_name": "plants.jsonl",
            "file_size": len(file),
            "checksum_sha256": hashlib.sha256(file).hexdigest(),
        }
        key = f"dataset-{uuid4().hex}"
        created = (
            await self.insist("POST", "/api/datasets", key=key, json=body | {"description": key})
        ).json()
        dataset_id = created["data"]["dataset"]["id"]
        signed = created["data"]["upload"]
        await _send(signed, file)
        for _ in range(_CONFIRMS):
            answer = await self.insist("POST", f"/api/datasets/{dataset_id}/confirm")
            if answer.status_code == 200:  # not 409: the store may have answered with other bytes
                break
        while True:
            dataset = (await self.insist("GET", f"/api/datasets/{dataset_id}")).json()["data"]["dataset"]
            if dataset["status"] == "ready":
                return str(dataset_id)
            if dataset["status"] == "error":
                raise Rejected(dataset["error_message"])
            await asyncio.sleep(_POLL_SECONDS)

    async def create_job(self, mix: Mix) -> str:
        """Queue a job; sometimes by two requests at once under one key. Its id."""
        rng, key = self.rng, f"job-{uuid4().hex}"
        dataset_id = (
            await self.upload(mix.padding) if rng.random() < mix.uploaded else rng.choice(self.datasets)
        )
        plan = {"epochs": rng.choice(mix.epochs), "batch_size": 1}
        metadata = {"key": key} | ({"simulate": {"fail_at_step": 5}} if rng.random() < mix.crashing else {})
        body = job_body(dataset_id, hyperparameters=plan, name=key, metadata=metadata)
        twins = 1 + (rng.random() < mix.twins)
        answers = await asyncio.gather(
            *(self.insist("POST", "/api/jobs", key=key, json=body) for _ in range(twins))
        )
        return str(answers[0].json()["data"]["id"])

    async def retry(self, job_id: str) -> str | None:
        """Queue a job again; the new one's id, None when it completed after all."""
        key = f"retry-{uuid4().hex}"
        body = {"overrides": {"name": key, "metadata": {"key": key}}}
        answer = await self.insist("POST", f"/api/jobs/{job_id}/retry", key=key, json=body)
        return str(answer.json()["data"]["id"]) if answer.status_code == 201 else None

    async def poll(self, job_id: str) -> str:
        """Look until it ends; its last status."""
        while True:
            answer = await self.insist("GET", f"/api/jobs/{job_id}")
            job = answer.json()["data"]
            self.history.add("saw", job=job_id, status=job["status"], progress=job["progress"])
            if job["status"] in TERMINAL:
                return str(job["status"])
            await asyncio.sleep(_POLL_SECONDS)

    async def follow(self, job_id: str) -> None:
        """Read its stream to the end, resuming where it broke."""
        seen: list[int] = []
        statuses: list[str] = []
        breaks = 0
        try:
            while not await self._listen(job_id, seen, statuses):
                breaks += 1
                await asyncio.sleep(_POLL_SECONDS)
        finally:
            self.history.add("stream", job=job_id, seqs=seen, statuses=statuses, breaks=breaks)

    async def _listen(self, job_id: str, seen: list[int], statuses: list[str]) -> bool:
        """One stream until it ends or breaks off; whether the job has ended."""
        began, path = time.time(), f"/api/jobs/{job_id}/events"
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(seen[-1] if seen else 0)}
        facts: dict[str, Any] = {"user": self.id, "method": "GET", "path": path, "key": None}
        try:
            async with self.http.stream("GET", path, headers=headers, timeout=_STREAM_SECONDS) as answer:
                facts["status"] = answer.status_code
                async for line in answer.aiter_lines():
                    if line.startswith("data: ") and self._hear(json.loads(line[6:]), seen, statuses):
                        return True
        except httpx.HTTPError as error:
            facts["error"] = type(error).__name__
        finally:
            self.history.add("request", at=began, seconds=round(time.time() - began, 4), **facts)
        return False

    def _hear(self, event: dict[str, Any], seen: list[int], statuses: list[str]) -> bool:
        seen.append(event["seq"])
        if event["type"] == "status":
            statuses.append(event["data"]["status"])
        return bool(event["type"] == "end")


class Workload:
    """Users who always have so many jobs under way, until they have had enough of them."""

    def __init__(self, url: str, history: History, *, seed: str, secret: str, mix: Mix) -> None:
        self.history, self.mix = history, mix
        self._url, self._secret = url, secret
        self._rng = random.Random(seed)
        self.users: list[User] = []
        self.created = 0

    async def __aenter__(self) -> "Workload":
        for _ in range(4):
            user = User(self.history, self._client(), random.Random(self._rng.random()))
            user.http.headers["Authorization"] = f"Bearer {self.token(user.id)}"
            self.users.append(user)
        await asyncio.gather(*(self._provide(user) for user in self.users))
        return self

    async def __aexit__(self, *_: object) -> None:
        for user in self.users:
            await user.http.aclose()

    def token(self, user_id: UUID) -> str:
        return make_token(self._secret, user_id, ttl_seconds=24 * 3600)

    async def run(self, enough: Callable[[], bool]) -> None:
        """Run until `enough` is true, then wait for the jobs under way."""
        await asyncio.gather(*(self._one_by_one(enough) for _ in range(self.mix.at_once)))

    def _client(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        return httpx.AsyncClient(base_url=self._url, timeout=_REQUEST_SECONDS, limits=limits)

    async def _provide(self, user: User) -> None:
        user.datasets.append(await user.upload())

    async def _one_by_one(self, enough: Callable[[], bool]) -> None:
        while not enough():
            user = self._rng.choice(self.users)
            with contextlib.suppress(Unanswered, Rejected):  # the verdict hears of it
                await self._one(user)

    async def _one(self, user: User) -> None:
        """A job from its creation to its end, and once more when it was cancelled."""
        mix, rng = self.mix, self._rng
        job_id = await user.create_job(mix)
        self.created += 1
        end = user.follow if rng.random() < mix.streamed else user.poll
        if rng.random() >= mix.cancelled:
            await end(job_id)
            return
        await asyncio.sleep(rng.uniform(0, 3))
        twice = (user.insist("POST", f"/api/jobs/{job_id}/cancel", json={}) for _ in range(2))
        await asyncio.gather(end(job_id), *twice)
        if again := await user.retry(job_id):
            self.created += 1
            await end(again)


async def _send(signed: dict[str, Any], file: bytes) -> None:
    """Put a file into the store, until it takes it; raises Unanswered after much patience."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    async with httpx.AsyncClient(timeout=_REQUEST_SECONDS) as store:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                answer = await store.put(signed["url"], content=file, headers=signed["headers"])
                if answer.is_success:
                    return
            await asyncio.sleep(_POLL_SECONDS)
    raise Unanswered(signed["url"])


def _told(answer: httpx.Response) -> dict[str, Any]:
    """The part of an answer that the history keeps: the id of what was made, or the code of the failure."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return {}
    body = answer.json()
    if not body.get("success"):
        return {"code": body.get("code")}
    data = body["data"]
    made = data if "id" in data else data.get("dataset", {})
    return {"id": made.get("id"), "replayed": answer.headers.get("Idempotency-Replayed") == "true"}


def _code(answer: httpx.Response) -> str | None:
    return _told(answer).get("code")
