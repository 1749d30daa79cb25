"""One shape for every failure, and nothing in it that a caller should not see."""

import asyncio
from uuid import UUID

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from app import errors
from app.adapters.storage import Storage
from app.api.middleware import BodyLimit
from app.errors import AppError
from app.models import Dataset
from app.services import paging
from tests.factories import job_body, make_dataset

MIB = 1 << 20
UNKNOWN = UUID("0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5e")  # the same in every run: it names tests
JSON = {"Content-Type": "application/json"}


def assert_failure(response: httpx.Response, status: int, code: str) -> dict:
    """The one envelope, whole; its body."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"success", "error", "details", "code", "request_id"}
    assert body["success"] is False
    assert body["code"] == code
    assert body["error"].endswith(".")
    assert isinstance(body["details"], str) or all(
        isinstance(messages, list) and messages for messages in body["details"].values()
    )
    assert body["request_id"] == response.headers["X-Request-Id"]
    return body


class TestEnvelope:
    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/api/jobs/not-an-id", 400, "validation_error"),
            ("GET", f"/api/jobs/{UNKNOWN}", 404, "not_found"),
            ("GET", "/api/nothing", 404, "not_found"),
            ("GET", "/", 404, "not_found"),
            ("GET", "/api/jobs/", 404, "not_found"),
            ("PUT", "/api/jobs", 405, "method_not_allowed"),
            ("POST", "/api/health/live", 405, "method_not_allowed"),
        ],
    )
    async def test_is_the_same_for_every_kind(self, alice, method, path, status, code):
        assert_failure(await alice.client.request(method, path), status, code)

    async def test_names_the_methods_that_are_allowed(self, alice):
        refused = await alice.client.delete("/api/training-options")
        assert_failure(refused, 405, "method_not_allowed")
        assert refused.headers["Allow"] == "GET"

    def test_has_one_code_for_each_error(self):
        kinds = [
            kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AppError)
        ]
        codes = [kind.code for kind in kinds if kind is not AppError]
        assert len(codes) == len(set(codes))


class TestRequestId:
    @pytest.mark.parametrize("path", ["/api/health/live", "/api/nothing", "/api/jobs", "/openapi.json"])
    async def test_is_on_every_response(self, anonymous, path):
        first, second = [(await anonymous.get(path)).headers["X-Request-Id"] for _ in range(2)]
        assert first != second

    async def test_is_the_callers_own_when_it_is_sane(self, anonymous):
        answer = await anonymous.get("/api/jobs", headers={"X-Request-Id": "trace-1.a_b~c"})
        assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == "trace-1.a_b~c"

    @pytest.mark.parametrize("strange", ["a b", 'x"}', "x" * 129, "", "<script>"])
    async def test_is_made_when_the_callers_is_not_sane(self, anonymous, strange):
        answer = await anonymous.get("/api/health/live", headers={"X-Request-Id": strange})
        assert answer.headers["X-Request-Id"] != strange
        assert len(answer.headers["X-Request-Id"]) == 32


class TestOrderOfJudgement:
    async def test_asks_who_it_is_before_it_reads_the_body(self, anonymous):
        answer = await anonymous.post("/api/jobs", content=b"{", headers={"Content-Type": "text/csv"})
        assert_failure(answer, 401, "unauthorized")

    async def test_asks_for_the_type_before_it_reads_the_body(self, alice):
        answer = await alice.client.post("/api/jobs", content=b"{", headers={"Content-Type": "text/csv"})
        assert_failure(answer, 415, "unsupported_media_type")


class TestBodySize:
    async def test_is_limited_when_it_is_announced(self, alice):
        body = b'{"name": "' + b"x" * MIB + b'"}'
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert_failure(answer, 413, "body_too_large")

    async def test_is_judged_by_what_is_announced_before_it_comes(self, alice):
        headers = {**JSON, "Content-Length": str(MIB + 1)}
        answer = await alice.client.post("/api/datasets", content=b"{}", headers=headers)
        assert_failure(answer, 413, "body_too_large")

    @pytest.mark.parametrize("path", ["/api/datasets", f"/api/jobs/{UNKNOWN}/cancel", "/api/jobs/estimate"])
    async def test_is_limited_when_it_comes_in_chunks(self, alice, path):
        async def chunks():
            yield b'{"name": "'
            for _ in range(17):
                yield b"x" * (MIB // 16)
            yield b'"}'

        answer = await alice.client.post(path, content=chunks(), headers=JSON)
        assert_failure(answer, 413, "body_too_large")

    async def test_may_reach_the_limit(self, alice):
        body = b'{"name": "' + b"x" * (MIB - 12) + b'"}'
        assert len(body) == MIB
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert "name" in assert_failure(answer, 400, "validation_error")["details"]

    async def test_stops_reading_at_the_limit(self):
        read = 0

        async def receive():
            nonlocal read
            read += 1
            return {"type": "http.request", "body": b"x" * 10, "more_body": True}

        async def greedy(scope, receive, send):
            for _ in range(10):
                await receive()

        with pytest.raises(errors.BodyTooLarge):
            await BodyLimit(greedy, max_bytes=25)({"type": "http", "headers": []}, receive, None)
        assert read == 3


class TestContentType:
    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
    )
    async def test_must_be_json(self, alice, kind):
        answer = await alice.client.post("/api/datasets", content=b"{}", headers={"Content-Type": kind})
        assert_failure(answer, 415, "unsupported_media_type")

    @pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
    async def test_may_have_parameters_and_capitals(self, alice, kind):
        answer = await alice.client.post("/api/datasets", content=b"{}", headers={"Content-Type": kind})
        assert_failure(answer, 400, "validation_error")

    async def test_does_not_matter_without_a_body(self, alice):
        answer = await alice.client.post(f"/api/jobs/{UNKNOWN}/cancel")
        assert_failure(answer, 404, "not_found")


class TestFaults:
    async def test_of_ours_say_nothing_of_their_cause(self, alice, monkeypatch):
        async def broken(*_args, **_kwargs):
            raise RuntimeError("password=hunter2")

        monkeypatch.setattr(paging, "fetch", broken)
        answer = await alice.client.get("/api/datasets")
        assert_failure(answer, 500, "internal_error")
        assert "hunter2" not in answer.text
        assert "RuntimeError" not in answer.text

    async def test_of_the_database_say_nothing_of_it_either(self, alice, monkeypatch):
        async def broken(*_args, **_kwargs):
            raise OperationalError("SELECT secret FROM users", {}, ConnectionRefusedError("10.0.0.5:5432"))

        monkeypatch.setattr(paging, "fetch", broken)
        answer = await alice.client.get("/api/datasets")
        assert_failure(answer, 503, "service_unavailable")
        assert answer.headers["Retry-After"] == "2"
        assert "secret" not in answer.text
        assert "10.0.0.5" not in answer.text

    async def test_of_the_store_answer_503(self, alice, instead, settings):
        created = await alice.ok(
            "POST", "/api/datasets", 201, json={"name": "a", "file_name": "a.jsonl", "file_size": 1}
        )
        nowhere = settings.model_copy(update={"s3_endpoint_url": "http://127.0.0.1:9"})
        async with Storage(nowhere) as away:
            instead("storage", away)
            answer = await alice.client.post(f"/api/datasets/{created['dataset']['id']}/confirm")
        assert_failure(answer, 503, "service_unavailable")
        assert answer.headers["Retry-After"] == "5"

    async def test_leave_room_for_the_next_request(self, alice, app):
        """More requests at once than the pool has connections: all are answered, none with a 500."""
        size = app.state.database.engine.pool.size()
        answers = await asyncio.gather(*(alice.client.get("/api/jobs") for _ in range(4 * size)))
        assert {answer.status_code for answer in answers} <= {200, 503}
        assert (await alice.client.get("/api/jobs")).status_code == 200


class TestHeaders:
    async def test_keep_answers_out_of_caches_and_frames(self, alice):
        headers = (await alice.client.get("/api/jobs")).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"

    async def test_offer_gzip_on_long_answers(self, alice):
        long = await alice.client.get("/api/training-options", headers={"Accept-Encoding": "gzip"})
        assert long.headers["Content-Encoding"] == "gzip"
        short = await alice.client.get("/api/health/live", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in short.headers


class TestFailedCreation:
    async def test_of_a_job_names_every_wrong_field(self, alice):
        body = job_body(UNKNOWN, hyperparameters={"epochs": 0, "rank": 129}, preset_id="best")
        details = assert_failure(await alice.client.post("/api/jobs", json=body), 400, "validation_error")[
            "details"
        ]
        assert set(details) == {"hyperparameters.epochs", "hyperparameters.rank", "preset_id"}


class TestALockedRow:
    async def test_answers_503_after_the_lock_timeout(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        async with database.owned_session(alice.id) as session:
            await session.get_owned(Dataset, dataset.id, lock=True)
            answer = await alice.client.delete(f"/api/datasets/{dataset.id}")
        assert_failure(answer, 503, "service_unavailable")
        assert answer.headers["Retry-After"]
