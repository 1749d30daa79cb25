"""The OpenAPI document: committed as it is served, and complete enough to generate a client from."""

import hashlib
import json
import re
import tomllib
from typing import Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from app.api.auth import GuardedRoute
from app.api.routing import operation_id
from app.cli import openapi
from tests.every import every
from tests.house.document import DOCUMENT, OPERATIONS, RENDERED, ROUTES, SCHEMAS
from tests.house.sources import ROOT

EACH_OPERATION = every("operation", [operation for *_, operation in OPERATIONS])
CLIENTS = ROOT / "openapi" / "clients"
BY_ID = {operation_id(route): route for route in ROUTES if isinstance(route, APIRoute)}


def success(operation: dict[str, Any]) -> dict[str, Any]:
    """The content of a success; where there are two, with and without work to be done, they are the same."""
    answers = operation["responses"].items()
    first, *others = (answer for status, answer in answers if status < "3" and status != "204")
    assert all(other["content"] == first["content"] for other in others)
    return first["content"]


def failures(operation: dict[str, Any]) -> dict[str, Any]:
    return {status: answer for status, answer in operation["responses"].items() if status >= "4"}


class TestSnapshot:
    def test_is_what_the_code_serves(self):
        committed = ROOT / "openapi" / "openapi.json"
        assert committed.exists(), "run `make openapi` and commit openapi/openapi.json"
        assert committed.read_text() == RENDERED, "run `make openapi` and review the change"

    def test_is_stable(self):
        assert openapi.render() == RENDERED

    async def test_is_served(self, anonymous):
        assert (await anonymous.get("/openapi.json")).json() == DOCUMENT
        assert (await anonymous.get("/api/docs")).status_code == 200


class TestDocument:
    def test_is_openapi_3_1(self):
        assert DOCUMENT["openapi"].startswith("3.1")

    def test_has_no_operation_twice(self):
        ids = [operation["operationId"] for *_, operation in OPERATIONS]
        assert len(ids) == len(set(ids))

    def test_exports_the_enums_by_name(self):
        for name in (
            "DatasetStatus",
            "FindingSeverity",
            "GpuType",
            "JobStatus",
            "NotificationType",
            "PresetId",
        ):
            assert SCHEMAS[name]["enum"], name

    def test_names_datasets_jobs_estimate_and_notifications_first(self):
        assert [tag["name"] for tag in DOCUMENT["tags"][:4]] == [
            "datasets",
            "jobs",
            "estimate",
            "notifications",
        ]

    def test_knows_every_tag_that_is_used(self):
        used = {tag for *_, operation in OPERATIONS for tag in operation["tags"]}
        assert used == {tag["name"] for tag in DOCUMENT["tags"]}

    def test_gives_every_shape_a_name_of_its_own(self):
        assert [name for name in SCHEMAS if "__" in name.removesuffix("_")] == []

    def test_refers_to_nothing_that_is_missing(self):
        referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
        assert referred == set(SCHEMAS)

    def test_says_what_a_failure_looks_like(self):
        failure = SCHEMAS["Failure"]
        assert failure["required"] == ["success", "error", "details", "code", "request_id"]
        assert failure["properties"]["success"]["const"] is False


class TestClients:
    def test_are_made_from_this_document_by_these_tools(self):
        lines = (CLIENTS / "made-from.sha256").read_text().splitlines()
        sums = {path: sum for sum, path in (line.split() for line in lines)}
        made_from = [ROOT / "openapi" / "openapi.json", *(ROOT / "openapi" / "tools").iterdir()]
        assert sums == {
            str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in made_from
        }, "run `make sdk`"

    def test_have_the_version_of_the_document(self):
        python = tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text())["project"]
        typescript = json.loads((CLIENTS / "typescript" / "package.json").read_text())
        assert python["version"] == typescript["version"] == DOCUMENT["info"]["version"]


class TestAnswers:
    def test_are_those_of_operations_that_exist(self):
        recorded = {path.stem for path in (ROOT / "app" / "samples" / "answers").iterdir()}
        assert recorded <= {operation["operationId"] for *_, operation in OPERATIONS}


# what these answer is saved, not read as JSON
SENDS_A_FILE = {"downloadCosts", "downloadDatasetReport", "downloadModelArchive"}


class TestOperation:
    @EACH_OPERATION
    def test_reads_well_in_a_generated_client(self, operation):
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
        assert operation["summary"]
        assert operation["description"].endswith(".")
        assert len(operation["tags"]) == 1

    @EACH_OPERATION
    def test_types_its_answer(self, operation):
        content = success(operation)
        if "application/json" not in content:
            assert operation["operationId"] in SENDS_A_FILE
            return
        schema = content["application/json"]["schema"]
        assert schema["$ref"].startswith("#/components/schemas/Data_")

    @EACH_OPERATION
    def test_shows_an_answer(self, operation):
        answer = success(operation).get("application/json")
        how = "add a call to tests/sdk/record_examples.py and run `make examples`"
        assert answer is None or "example" in answer, f"{operation['operationId']}: {how}"

    @EACH_OPERATION
    def test_says_that_it_can_be_streamed(self, operation):
        by_token = any(parameter["name"] == "stream_token" for parameter in operation.get("parameters", []))
        assert ("text/event-stream" in success(operation)) is by_token

    @EACH_OPERATION
    def test_types_every_failure(self, operation):
        assert "422" not in operation["responses"]
        assert {"400", "500", "503"} <= set(failures(operation))
        for status, answer in failures(operation).items():
            schema = answer["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Failure"}, status
            assert re.match(r"`[a-z_]+`: ", answer["description"]), status

    @EACH_OPERATION
    def test_says_whether_it_needs_a_token(self, operation):
        is_guarded = isinstance(BY_ID[operation["operationId"]], GuardedRoute)
        assert bool(operation.get("security")) is is_guarded
        assert ("401" in operation["responses"]) is is_guarded

    @EACH_OPERATION
    def test_with_an_id_may_answer_that_there_is_nothing(self, operation):
        has_id = any(parameter["in"] == "path" for parameter in operation.get("parameters", []))
        if has_id:
            assert "404" in operation["responses"]

    @EACH_OPERATION
    def test_shows_a_body_that_is_valid_as_it_stands(self, operation):
        if "requestBody" not in operation:
            return
        field = BY_ID[operation["operationId"]].body_field
        names = re.findall(r"#/components/schemas/(\w+)", json.dumps(operation["requestBody"]))
        (example, *_) = SCHEMAS[names[0]]["examples"]
        TypeAdapter(field.field_info.annotation).validate_json(json.dumps(example))
