"""Bodies, paths and queries that are refused, and the place that the answer names."""

import asyncio
import json
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api import middleware
from app.schemas.base import clean_text
from app.settings import get_settings
from tests.api.test_failures import JSON, assert_failure
from tests.factories import job_body, request_head

UNKNOWN = UUID("0190a6e4-7b3c-7cc4-9c3e-5f1d2a3b4c5e")  # the same in every run: it names tests
DATASET = {"name": "Plants", "file_name": "plants.jsonl", "file_size": 10}
JOB = job_body(UNKNOWN)


async def refused(user, path: str, body: object) -> dict:
    """The details of a body that is not valid."""
    answer = await user.client.post(path, json=body)
    return assert_failure(answer, 400, "validation_error")["details"]


class TestJson:
    @pytest.mark.parametrize("body", ["{", "nonsense", '{"name": }', "{} {}", '{"a": tru'])
    async def test_must_be_well_formed(self, alice, body):
        answer = await alice.client.post("/api/datasets", content=body.encode(), headers=JSON)
        assert assert_failure(answer, 400, "validation_error")["details"] == {"body": ["is not valid JSON"]}

    @pytest.mark.parametrize("body", [b'{"name": "\xff"}', b'{"name": "\xed\xa0\x80"}', b"\x80"])
    async def test_must_be_utf_8(self, alice, body):
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert_failure(answer, 400, "validation_error")

    @pytest.mark.parametrize("opening", ["[", '{"a":'])
    async def test_may_not_be_as_deep_as_the_stack(self, alice, opening):
        answer = await alice.client.post("/api/datasets", content=(opening * 150_000).encode(), headers=JSON)
        assert_failure(answer, 400, "validation_error")
        closed = b"[" * 100_000 + b"]" * 100_000
        answer = await alice.client.post("/api/datasets", content=closed, headers=JSON)
        assert_failure(answer, 400, "validation_error")

    @pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true"])
    async def test_must_be_an_object(self, alice, body):
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert "body" in assert_failure(answer, 400, "validation_error")["details"]

    async def test_must_come_in_time(self, alice, url, monkeypatch):
        monkeypatch.setattr(middleware, "BODY_SECONDS", 0.3)
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
        bearer = f"Authorization: {alice.client.headers['Authorization']}"
        fields = (bearer, "Content-Type: application/json", "Content-Length: 9")
        try:
            writer.write(request_head("POST /api/datasets", *fields) + b"{")
            async with asyncio.timeout(60):
                answer = (await reader.read()).decode()  # to the end: the connection is closed
        finally:
            writer.transport.abort()
        assert answer.startswith("HTTP/1.1 408")
        assert '"code":"request_timeout"' in answer

    async def test_is_needed(self, alice):
        answer = await alice.client.post("/api/datasets")
        assert assert_failure(answer, 400, "validation_error")["details"] == {"body": ["is required"]}

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    async def test_knows_no_number_that_is_not_finite(self, alice, number):
        body = json.dumps({**DATASET, "validation_split": 0.25}).replace("0.25", number)
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert_failure(answer, 400, "validation_error")

    async def test_numbers_may_not_be_endless(self, alice):
        body = json.dumps({**DATASET, "file_size": 1}).replace(": 1}", ": " + "9" * 5000 + "}")
        answer = await alice.client.post("/api/datasets", content=body, headers=JSON)
        assert_failure(answer, 400, "validation_error")


class TestFields:
    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("/api/datasets", {**DATASET, "status": "ready"}, "status"),
            ("/api/datasets", {**DATASET, "user_id": str(UNKNOWN)}, "user_id"),
            ("/api/jobs", {**JOB, "hyperparameters": {"momentum": 1}}, "hyperparameters.momentum"),
            ("/api/jobs", {**JOB, "gpu_config": {"type": "H100", "spot": True}}, "gpu_config.spot"),
            ("/api/jobs/estimate", {**JOB, "discount": 1}, "discount"),
        ],
    )
    async def test_that_are_unknown_are_named(self, alice, path, body, field):
        assert await refused(alice, path, body) == {field: ["is not a known field"]}

    @pytest.mark.parametrize(
        ("path", "fields"),
        [
            ("/api/datasets", {"name", "file_name", "file_size"}),
            ("/api/jobs", {"dataset_id", "gpu_config"}),
            ("/api/jobs/estimate", {"dataset_id", "gpu_config"}),
        ],
    )
    async def test_that_are_missing_are_all_named(self, alice, path, fields):
        assert await refused(alice, path, {}) == {field: ["is required"] for field in fields}


class TestWork:
    """A body of a megabyte is refused in few words, without work for each of its parts."""

    @pytest.mark.parametrize(
        ("body", "place"), [({}, "body"), ({**DATASET, "metadata": {}}, "metadata")], ids=["body", "metadata"]
    )
    async def test_for_fields_is_bounded(self, alice, body, place):
        many = {f"k{number}": 0 for number in range(10_000)}
        filled = {**body, "metadata": many} if body else many
        assert await refused(alice, "/api/datasets", filled) == {place: ["has more than 200 fields"]}

    async def test_for_parts_ends_at_the_first_that_is_wrong(self, alice):
        parts = [{"part_number": 0, "etag": "a"}] * 10_000
        details = await refused(alice, f"/api/datasets/{UNKNOWN}/confirm", {"parts": parts})
        assert list(details) == ["parts.0.part_number"]

    async def test_for_values_of_a_query_is_bounded(self, alice):
        answer = await alice.client.get("/api/jobs", params={"status": "a," * 1_000})
        details = assert_failure(answer, 400, "validation_error")["details"]
        assert len(details["status"]) == 200

    @pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f73"])
    async def test_for_marks_on_a_letter_is_bounded(self, marks):
        assert clean_text("a" + "\u0301" * 30) == "\u00e1" + "\u0301" * 29
        with pytest.raises(ValueError, match="30 combining marks"):
            clean_text("a" + marks * 31)


class TestIntegers:
    @pytest.mark.parametrize("value", [True, False, 4.5, 4.0, "4", None, [4], 1e3])
    async def test_are_integers(self, alice, value):
        assert list(await refused(alice, "/api/datasets", {**DATASET, "file_size": value})) == ["file_size"]
        job = {**JOB, "gpu_config": {"type": "H100", "count": value}}
        assert list(await refused(alice, "/api/jobs", job)) == ["gpu_config.count"]

    @pytest.mark.parametrize("value", [True, "0.1", [0.1]])
    async def test_are_not_the_only_numbers_that_are_numbers(self, alice, value):
        job = {**JOB, "hyperparameters": {"learning_rate": value}}
        assert list(await refused(alice, "/api/jobs", job)) == ["hyperparameters.learning_rate"]


HOSTILE = ["a\0b", "\0", "\ud800", "a\udfffb"]


class TestText:
    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize(
        ("path", "field", "body"),
        [
            ("/api/datasets", "name", lambda text: {**DATASET, "name": text}),
            ("/api/datasets", "description", lambda text: {**DATASET, "description": text}),
            ("/api/datasets", "file_name", lambda text: {**DATASET, "file_name": f"{text}.jsonl"}),
            ("/api/datasets", "metadata.k", lambda text: {**DATASET, "metadata": {"k": text}}),
            ("/api/jobs", "name", lambda text: {**JOB, "name": text}),
            ("/api/jobs", "base_model", lambda text: {**JOB, "base_model": text}),
            (f"/api/jobs/{UNKNOWN}/cancel", "notes", lambda text: {"notes": text}),
        ],
    )
    async def test_that_cannot_be_stored_is_refused(self, alice, path, field, body, text):
        answer = await alice.client.post(path, content=json.dumps(body(text)), headers=JSON)
        details = assert_failure(answer, 400, "validation_error")["details"]
        assert list(details) == [field]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_that_cannot_be_stored_is_no_key_either(self, alice, text):
        body = json.dumps({**DATASET, "metadata": {text: "value"}})
        assert_failure(
            await alice.client.post("/api/datasets", content=body, headers=JSON), 400, "validation_error"
        )
        body = json.dumps({**JOB, "metadata": {text: "value"}})
        assert_failure(
            await alice.client.post("/api/jobs", content=body, headers=JSON), 400, "validation_error"
        )

    async def test_is_kept_in_normal_form(self, alice):
        created = await alice.ok("POST", "/api/datasets", 201, json={**DATASET, "name": "Cafe\u0301 🌱"})
        assert created["dataset"]["name"] == "Caf\u00e9 🌱"

    @pytest.mark.parametrize("name", ["", " ", "\t\n", "x" * 201])
    async def test_of_a_name_has_a_length(self, alice, name):
        assert list(await refused(alice, "/api/datasets", {**DATASET, "name": name})) == ["name"]

    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    def test_of_any_kind_is_cleaned_once_and_for_all(self, text):
        assert clean_text(clean_text(text)) == clean_text(text)


class TestMetadata:
    @pytest.mark.parametrize(
        "metadata",
        [
            {str(number): "x" for number in range(17)},
            {"k": 1},
            {"k": None},
            {"k": {"nested": "x"}},
            {"k" * 65: "x"},
            {"": "x"},
            {"k": "x" * 513},
            [],
        ],
    )
    async def test_is_a_few_pairs_of_text(self, alice, metadata):
        assert await refused(alice, "/api/datasets", {**DATASET, "metadata": metadata})

    async def test_comes_back_as_it_was(self, alice):
        metadata = {f"key {number}": "x" * 512 for number in range(16)}
        created = await alice.ok("POST", "/api/datasets", 201, json={**DATASET, "metadata": metadata})
        assert created["dataset"]["metadata"] == metadata


LISTS = ["/api/jobs", "/api/datasets", "/api/notifications", "/api/models"]


class TestQuery:
    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=ten", "limit"), ("limit=4.5", "limit"),
            ("page=0", "page"), ("page=-1", "page"), ("page=99999999999999999999", "page"),
            ("cursor=nonsense", "cursor"), ("cursor=%00", "cursor"), ("cursor=%F0%9F%8C%B1", "cursor"),
        ],
    )  # fmt: skip
    async def test_of_a_list_has_bounds(self, alice, path, query, field):
        answer = await alice.client.get(f"{path}?{query}")
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == [field]

    @pytest.mark.parametrize(
        "address",
        [
            "/api/jobs?status=lost", "/api/jobs?status=queued,lost", "/api/jobs?dataset_id=1",
            "/api/jobs?preset_id=best", "/api/jobs?search=%00", "/api/datasets?status=lost",
            "/api/datasets?format=csv", "/api/datasets?training_ready=perhaps", "/api/models?sort=name",
            "/api/notifications?unread=perhaps", "/api/costs?period=day", "/api/costs?group_by=hour",
            "/api/costs?job_id=1", "/api/costs?start_date=2026-01-01", "/api/costs?end_date=2026-01-01",
            "/api/costs?start_date=2026-02-30&end_date=2026-03-01",
            "/api/costs?start_date=2026-03-02&end_date=2026-03-01",
            f"/api/datasets/{UNKNOWN}/report?severity=fatal",
            f"/api/jobs/{UNKNOWN}/metrics?max_points=0", f"/api/jobs/{UNKNOWN}/metrics?max_points=10001",
            f"/api/jobs/{UNKNOWN}/events?limit=1001", f"/api/jobs/{UNKNOWN}/events?types=gossip",
            f"/api/jobs/{UNKNOWN}/events?after_seq=-1",
        ],
    )  # fmt: skip
    async def test_value_that_is_unknown_is_refused(self, alice, address):
        assert_failure(await alice.client.get(address), 400, "validation_error")

    @pytest.mark.parametrize("path", LISTS)
    @pytest.mark.parametrize("name", ["page", "limit", "cursor"])
    async def test_value_that_is_empty_counts_as_absent(self, alice, path, name):
        assert await alice.ok("GET", f"{path}?{name}=") == await alice.ok("GET", path)

    @pytest.mark.parametrize(
        "address",
        [
            "/api/jobs?status=&dataset_id=&preset_id=&search=", "/api/jobs?status=,",
            "/api/datasets?status=&search=&format=&training_ready=", "/api/models?sort=",
            "/api/notifications?unread=", "/api/costs?period=&start_date=&end_date=&job_id=&group_by=",
        ],
    )  # fmt: skip
    async def test_filters_that_are_empty_count_as_absent(self, alice, address):
        assert await alice.ok("GET", address) == await alice.ok("GET", address.partition("?")[0])

    @pytest.mark.parametrize(
        "query",
        ["from_step=", "to_step=", "attempt=", "max_points=", "from_step=&to_step=&attempt=&max_points="],
    )
    async def test_of_a_curve_may_be_empty(self, alice, query):
        answer = await alice.client.get(f"/api/jobs/{UNKNOWN}/metrics?{query}")
        assert_failure(answer, 404, "not_found")

    @pytest.mark.parametrize("query", ["after_seq=", "limit=", "types="])
    async def test_of_a_log_may_be_empty(self, alice, query):
        answer = await alice.client.get(f"/api/jobs/{UNKNOWN}/events?{query}")
        assert_failure(answer, 404, "not_found")

    async def test_value_that_cannot_be_stored_is_refused(self, alice):
        created = await alice.ok("POST", "/api/datasets", 201, json=DATASET)
        answer = await alice.client.get(f"/api/datasets/{created['dataset']['id']}/report?code=%00")
        assert_failure(answer, 400, "validation_error")

    async def test_that_is_not_known_is_ignored(self, alice):
        assert await alice.ok("GET", "/api/jobs?utm_source=mail") == await alice.ok("GET", "/api/jobs")


class TestPath:
    @pytest.mark.parametrize("id", ["1", "x" * 36, f"{UNKNOWN}x", "%00", "..%2f", "%F0%9F%8C%B1"])
    async def test_takes_ids_only(self, alice, id):
        answer = await alice.client.get(f"/api/jobs/{id}")
        assert answer.status_code in {400, 404}
        if answer.status_code == 400:
            assert list(answer.json()["details"]) == ["job_id"]


class TestOddTypes:
    @pytest.mark.parametrize("base_model", [[], {}, 4, True, "unknown"])
    async def test_a_base_model_is_a_known_name(self, alice, base_model):
        for path in ("/api/jobs", "/api/jobs/estimate"):
            assert "base_model" in await refused(alice, path, {**JOB, "base_model": base_model})

    async def test_simulate_is_an_object_and_nothing_else_is(self, alice):
        for metadata in ({"simulate": "yes"}, {"team": {"fail_at_step": 3}}):
            assert await refused(alice, "/api/jobs", {**JOB, "metadata": metadata})

    async def test_a_file_name_fits_a_file_system(self, alice):
        name = "ü" * 200 + ".jsonl"
        assert "file_name" in await refused(alice, "/api/datasets", {**DATASET, "file_name": name})

    async def test_a_file_fits_this_installation(self, alice, monkeypatch):
        monkeypatch.setenv("LORA_MAX_UPLOAD_BYTES", "9")
        get_settings.cache_clear()
        try:
            details = await refused(alice, "/api/datasets", DATASET)
        finally:
            monkeypatch.undo()
            get_settings.cache_clear()
        assert details == {"file_size": ["must be at most 9 bytes"]}
