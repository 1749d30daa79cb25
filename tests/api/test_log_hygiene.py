"""Logs of real processes: no secret, no forged line, every transition, every traceback."""

import asyncio
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from gzip import decompress as gunzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from app.adapters.auth import make_token
from app.embedded.stored_values import free_port
from app.log import without_secrets
from tests.conftest import User, until
from tests.factories import job_body, pairs, upload

ROOT = Path(__file__).parents[2]
HAS_OTEL = find_spec("opentelemetry") is not None and find_spec("opentelemetry.exporter") is not None
BEHIND_A_PROXY = {"LORA_RATE_LIMIT_PER_ADDRESS_PER_MINUTE": "99", "LORA_TRUSTED_PROXIES": "127.0.0.0/8"}
FORGED = "2026-01-01T00:00:00Z [info     ] user_erased"
NASTY = f"\n{FORGED}\r\x1b[2J\x9b31m\u2028\u202e"


@contextmanager
def collector():
    """An OpenTelemetry collector: settings that send traces there, and the spans that came."""
    spans = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            spans.extend(read_spans(gunzip(body) if self.headers["Content-Encoding"] == "gzip" else body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"LORA_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}"} if HAS_OTEL else {}, spans
        server.shutdown()


def read_spans(body):
    """Each span as its name, trace, service and attributes."""
    request = importlib.import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    for resource in request.ExportTraceServiceRequest.FromString(body).resource_spans:
        service = {pair.key: pair.value.string_value for pair in resource.resource.attributes}["service.name"]
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            values = {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}
            status = values.get("http.response.status_code")
            yield {
                "name": span.name,
                "trace": span.trace_id.hex(),
                "service": service,
                "status": status,
                **values,
            }


@asynccontextmanager
async def running(log, *commands, **environment):
    """Processes of the service under these settings, whose log goes to a file."""
    env = {**os.environ, "LORA_LOG_LEVEL": "DEBUG", **environment}
    with log.open("wb") as sink:
        started = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "app.cli.main", command), cwd=ROOT, env=env, stdout=sink, stderr=sink
            )
            for command in commands
        ]
        try:
            yield
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            await asyncio.gather(*(asyncio.wait_for(process.wait(), 30) for process in started))


@asynccontextmanager
async def caller(settings, port):
    """A user of the API on this port, once it answers."""
    id = uuid4()
    token = make_token(settings.jwt_secret.get_secret_value(), id, ttl_seconds=600)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as client:

        async def ready():
            try:
                return (await client.get("/api/health/live")).is_success
            except httpx.HTTPError:
                return False

        await until(ready)
        yield User(id, client)


async def do_the_main_job(user):
    """From upload to adapter; the ids of dataset and job."""
    dataset_id = await upload(user, pairs(20))

    async def trained():
        answer = await user.client.post("/api/jobs", json=job_body(dataset_id))
        return answer.json()["data"]["id"] if answer.status_code == 201 else None

    job_id = await until(trained)

    async def completed():
        return (await user.ok("GET", f"/api/jobs/{job_id}"))["status"] == "completed"

    await until(completed)
    return dataset_id, job_id


async def room_of(user, host):
    """The remaining requests of an address that a proxy names, if the answer has them."""
    answer = await user.client.get("/api/training-options", headers={"X-Forwarded-For": host})
    limit = answer.headers.get("RateLimit")
    return int(limit.partition(";r=")[2].partition(";")[0]) if limit else None


async def knock_on_every_door(user):
    """Send secrets, and text that would forge lines, wherever something is taken; all the secrets."""
    key = (await user.ok("POST", "/api/api-keys", 201, json={"name": "script"}))["api_key"]["secret"]
    hook = await user.ok("POST", "/api/webhooks", 201, json={"url": "https://receiver.invalid/hook"})
    stream = (await user.ok("POST", "/api/stream-tokens", 201))["token"]
    guess = "lp_" + "g" * 43
    for path in (f"/api/jobs/{key}", f"/api/{key}", "/api/jobs/%0A" + FORGED, "/%1b[2J%c2%9b31m%e2%80%a8%0d"):
        await user.client.get(path, headers={"X-Request-Id": key, "User-Agent": key})
    await user.client.get("/api/jobs", params={"search": f"{key}{NASTY}", "cursor": key})
    await user.client.get("/api/jobs", headers={"Authorization": f"Bearer {guess}"})
    await user.client.get("/api/jobs", headers={"Authorization": f"Basic {guess}"})
    for sse in ({"Accept": "text/event-stream"}, {}):
        await user.client.get(f"/api/jobs/{uuid4()}/events?stream_token={stream}", headers=sse)
    await user.client.post("/api/datasets", json={"name": NASTY, "file_name": key, "file_size": 1})
    await user.client.post(
        "/api/jobs", content=f'{{"{key}": "{stream}"}}'.encode(), headers={"Idempotency-Key": key}
    )
    await user.client.post(f"/api/webhooks/{hook['webhook']['id']}/test", json={})
    return [key, hook["webhook"]["secret"], stream, guess]


@dataclass(frozen=True)
class Told:
    """The logs of the processes, as JSON and for people, and the secrets that they knew."""

    lines: list[dict]
    text: str
    spans: list[dict]
    room: list[int]
    secrets: list[str]
    dataset_id: str
    job_id: str


@pytest.fixture(scope="module")
async def told(settings, tmp_path_factory):
    """An API and a worker that write JSON, an API that writes for people, and all that was done to them."""
    folder, ports = tmp_path_factory.mktemp("logs"), (free_port(), free_port())
    known = ("jwt_secret", "s3_secret_access_key", "s3_access_key_id", "database_url", "redis_url")
    secrets = [getattr(settings, name).get_secret_value() for name in known]
    with collector() as (traced, spans):
        async with (
            running(
                folder / "json", "api", "worker", LORA_PORT=str(ports[0]), LORA_LOG_JSON="true", **traced
            ),
            running(
                folder / "people", "api", LORA_PORT=str(ports[1]), LORA_LOG_JSON="false", **BEHIND_A_PROXY
            ),
        ):
            for port in ports:
                async with caller(settings, port) as user:
                    secrets += await knock_on_every_door(user)
                    secrets.append(user.client.headers["Authorization"].removeprefix("Bearer "))
                    if port == ports[0]:
                        ids = await do_the_main_job(user)
                    room = [
                        await room_of(user, host) for host in ("203.0.113.1", "203.0.113.1", "203.0.113.2")
                    ]
    lines = [json.loads(line) for line in (folder / "json").read_text().splitlines()]
    return Told(lines, (folder / "people").read_text(), spans, room, secrets, *ids)


class TestAddress:
    def test_is_the_one_that_a_trusted_proxy_names(self, told):
        first, second, other = told.room
        assert (second, other) == (first - 1, first)


class TestLog:
    def test_keeps_every_secret(self, told):
        assert all(len(secret) > 10 for secret in told.secrets)
        for text in (json.dumps(told.lines), told.text, json.dumps(told.spans)):
            assert [secret for secret in told.secrets if secret in text] == []

    def test_for_people_cannot_be_forged(self, told):
        assert FORGED in told.text, "nothing was tried"
        assert not [line for line in told.text.splitlines() if line.startswith(FORGED)]
        assert all(letter == "\n" or letter.isprintable() for letter in told.text)

    def test_for_people_shows_foreign_messages_and_traces_without_forged_lines(self):
        code = (
            "import logging; from app import log; log.configure(as_json=False);"
            f"logging.getLogger('x').warning('said %s', {NASTY!r});"
            f"log.get_logger('y').error('failed', exc_info=ValueError({NASTY!r}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stderr.count(FORGED) >= 2
        assert not [line for line in done.stderr.splitlines() if line.startswith(FORGED)]
        assert all(letter == "\n" or letter.isprintable() for letter in done.stderr)

    def test_has_a_line_for_every_request(self, told):
        seen = {
            (line["method"], line["path"], line["status"])
            for line in told.lines
            if line["event"] == "request"
        }
        assert {("POST", "/api/jobs", 201), ("GET", "/api/jobs", 401)} <= seen
        assert ("GET", f"/api/jobs/\n{FORGED}", 400) in seen

    def test_has_a_line_for_every_transition(self, told):
        assert moves(told.lines, "dataset_id", told.dataset_id) == [
            (None, "uploading", 0), ("uploading", "validating", 0), ("validating", "ready", 1),
        ]  # fmt: skip
        assert moves(told.lines, "job_id", told.job_id) == [
            (None, "queued", 0), ("queued", "initializing", 1), ("initializing", "running", 1),
            ("running", "completed", 1),
        ]  # fmt: skip

    def test_has_a_line_for_the_beginning_and_end_of_work(self, told):
        mine = [line["event"] for line in told.lines if line.get("task_id") == told.job_id]
        assert (mine[0], mine[-1]) == ("work_started", "work_ended")


@pytest.mark.skipif(
    not HAS_OTEL, reason="the extra `otel` is not installed: pip install 'lora-pipeline[otel]'"
)
class TestTraces:
    def test_have_a_span_for_every_request_that_names_its_id(self, told):
        [created] = [
            span for span in told.spans if span["name"] == "POST /api/jobs" and span["status"] == 201
        ]
        ids = [
            line["request_id"]
            for line in told.lines
            if line.get("path") == "/api/jobs" and line["status"] == 201
        ]
        assert [created["lora.request_id"]] == ids
        assert created["service"] == "lora-api"
        read = [span for span in told.spans if span["name"] == "GET /api/jobs/{job_id}"]
        assert told.job_id in {span["lora.job_id"] for span in read}

    def test_of_a_job_bear_its_id(self, told):
        mine = [span for span in told.spans if span["trace"] == UUID(told.job_id).hex]
        assert {span["name"] for span in mine} == {"claim train_job", "train_job"}
        assert {(span["lora.job_id"], span["lora.attempt"]) for span in mine} == {(told.job_id, 1)}
        assert {span["service"] for span in mine} == {"lora-worker"}

    def test_tell_of_validation_and_of_deliveries(self, told):
        names = [span["name"] for span in told.spans if span["trace"] == UUID(told.dataset_id).hex]
        assert sorted(names) == ["claim validate_dataset", "validate_dataset"]
        assert {"claim deliver_webhook", "deliver_webhook"} <= {span["name"] for span in told.spans}


class TestWithoutSecrets:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer ***"),
            ("/b?X-Amz-Credential=AK%2F1&x=1", "/b?X-Amz-Credential=***&x=1"),
            ("/b?X-Amz-Signature=0af1", "/b?X-Amz-Signature=***"),
            ("/api/events?stream_token=abc&page=2", "/api/events?stream_token=***&page=2"),
            ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
            ("postgresql+asyncpg://lora:hunter2@db/lora", "postgresql+asyncpg://lora:***@db/lora"),
            ("{'jwt_secret': 'hunter2', 'port': 1}", "{'jwt_secret': '***', 'port': 1}"),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***"),
            ("eyJhbGciOi.eyJzdWIiOi.c2ln", "***"),
        ],
    )  # fmt: skip
    def test_blots_out_what_opens_a_door(self, text, shown):
        assert without_secrets(text) == shown

    @pytest.mark.parametrize(
        "text", ["/api/stream-tokens", "A valid bearer token is needed.", "https://example.com/a"]
    )
    def test_leaves_other_words_alone(self, text):
        assert without_secrets(text) == text


def moves(lines, name, id):
    """The log's status changes of one row, in order of time."""
    mine = [line for line in lines if line["event"].endswith("_status") and line.get(name) == id]
    return [
        (line["from"], line["to"], line["attempt"])
        for line in sorted(mine, key=lambda line: line["timestamp"])
    ]
