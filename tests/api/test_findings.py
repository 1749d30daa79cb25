"""The report of a validation over HTTP: pages, filters, counts, and the whole of it as a file."""

import csv
import json
from urllib.parse import unquote

import pytest

from app.domain.finding_kinds import GROUPED, KINDS
from app.domain.findings import Finding
from app.errors import NotFound
from app.models import Dataset
from app.models.base import utcnow
from app.schemas.findings import ReportFormat
from app.services.datasets import findings
from tests.api.test_failures import assert_failure
from tests.api.test_lists import counted_statements
from tests.factories import make_dataset, make_finding, store_findings

CODES = [code for code in KINDS if code not in GROUPED][:45]
NO_FILTERS = {"severity": None, "code": None}


@pytest.fixture
async def dataset(alice, database):
    """A dataset with 60 findings of three codes."""
    made = await make_dataset(database, alice.id, status="error", statistics={"pairs": 60})
    return await store_findings(database, made, map(make_finding, range(60)))


@pytest.fixture
def path(dataset):
    return f"/api/datasets/{dataset.id}/report"


def of_every_code(number: int) -> dict:
    code = CODES[number % len(CODES)]
    return {**make_finding(number), "code": code, "severity": KINDS[code].severity}


@pytest.fixture
async def largest(alice, database):
    """A dataset with as many findings as are ever stored: 1000 of each of 45 codes, and more counted."""
    made = await make_dataset(database, alice.id, status="error")
    return await store_findings(database, made, map(of_every_code, range(45_000)), **{CODES[0]: 500})


class TestDatasetReport:
    async def test_shows_findings_in_file_order_with_exact_counts(self, alice, path):
        report = await alice.ok("GET", path)
        assert report["findings"] == [make_finding(number) for number in range(25)]
        assert report["counts"] == {"error.code": 20, "warning.code": 20, "info.code": 20}
        assert report["statistics"] == {"pairs": 60}
        assert report["pagination"]["total"] == 60

    async def test_counts_a_finding_that_stands_for_many_records_once(self, alice, database):
        made = await make_dataset(database, alice.id, status="error")
        found = {**make_finding(0), "code": "record.preference_pair"}
        await store_findings(database, made, [found], **{"record.preference_pair": 2})
        report = await alice.ok("GET", f"/api/datasets/{made.id}/report")
        assert (report["counts"], report["pagination"]["total"]) == ({"record.preference_pair": 3}, 1)

    async def test_narrows_to_a_severity_or_a_code(self, alice, path):
        for query in ("severity=error", "code=error.code", "severity=error&code=error.code"):
            report = await alice.ok("GET", f"{path}?{query}")
            assert {row["severity"] for row in report["findings"]} == {"error"}
            assert report["pagination"]["total"] == 20
            assert report["counts"]["warning.code"] == 20
        for query in ("severity=info&code=error.code", "code=no.code"):
            report = await alice.ok("GET", f"{path}?{query}")
            assert (report["findings"], report["pagination"]["total"]) == ([], 0)

    async def test_walks_all_findings_by_cursor(self, alice, path):
        lines, cursor = [], ""
        while cursor is not None:
            report = await alice.ok("GET", path, params={"limit": 7, "cursor": cursor})
            lines += [row["line"] for row in report["findings"]]
            cursor = report["pagination"]["next_cursor"]
        assert lines == list(range(1, 61))

    async def test_takes_no_cursor_of_another_dataset(self, alice, database, path):
        cursor = (await alice.ok("GET", f"{path}?limit=7"))["pagination"]["next_cursor"]
        other = await make_dataset(database, alice.id)
        refused = await alice.client.get(f"/api/datasets/{other.id}/report", params={"cursor": cursor})
        assert_failure(refused, 400, "validation_error")

    async def test_takes_no_cursor_of_an_earlier_report(self, alice, database, dataset, path):
        cursor = (await alice.ok("GET", f"{path}?limit=7"))["pagination"]["next_cursor"]
        await store_findings(database, dataset, map(make_finding, range(50)))
        refused = await alice.client.get(path, params={"cursor": cursor})
        assert_failure(refused, 400, "validation_error")

    async def test_is_empty_before_validation(self, alice, database):
        dataset = await make_dataset(database, alice.id, status="uploading")
        report = await alice.ok("GET", f"/api/datasets/{dataset.id}/report")
        assert (report["findings"], report["counts"], report["statistics"]) == ([], {}, None)


class TestTheLargestReport:
    async def test_has_totals_pages_and_cursors(self, alice, app, largest):
        path = f"/api/datasets/{largest.id}/report"
        with counted_statements(app.state.database) as statements:
            first = await alice.ok("GET", f"{path}?limit=100")
        assert not any("count(" in statement for statement in statements)
        assert first["pagination"]["total"] == 45_000
        assert first["counts"] == {code: 1500 if code == CODES[0] else 1000 for code in CODES}
        cursor = first["pagination"]["next_cursor"]
        second = await alice.ok("GET", path, params={"limit": 100, "cursor": cursor})
        assert [row["line"] for row in second["findings"]] == list(range(101, 201))
        deep = await alice.ok("GET", f"{path}?limit=100&page=449")
        assert [row["line"] for row in deep["findings"]] == list(range(44_801, 44_901))
        cursor = deep["pagination"]["next_cursor"]
        last = await alice.ok("GET", path, params={"limit": 100, "cursor": cursor})
        assert [row["line"] for row in last["findings"]] == list(range(44_901, 45_001))
        assert last["pagination"]["next_cursor"] is None

    async def test_narrows_and_downloads(self, alice, largest):
        path = f"/api/datasets/{largest.id}/report"
        of_code = await alice.ok("GET", f"{path}?code={CODES[0]}&limit=100&page=10")
        assert [row["line"] for row in of_code["findings"]] == list(range(40_501, 45_001, 45))
        assert of_code["pagination"]["total"] == 1000
        of_severity = await alice.ok("GET", f"{path}?severity=warning&limit=100&page=100")
        warnings = [code for code in CODES if KINDS[code].severity == "warning"]
        assert of_severity["pagination"]["total"] == 1000 * len(warnings)
        assert {row["severity"] for row in of_severity["findings"]} == {"warning"}
        both = await alice.ok("GET", f"{path}?severity=warning&code={warnings[0]}")
        assert both["pagination"]["total"] == 1000
        file = await alice.client.get(f"{path}/download?format=jsonl")
        assert [json.loads(line)["line"] for line in file.text.splitlines()] == list(range(1, 45_001))


class TestDownloadDatasetReport:
    async def test_gives_every_finding_as_csv(self, alice, path):
        answer = await alice.client.get(f"{path}/download")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        names, *rows = csv.reader(answer.text.splitlines())
        found = [dict(zip(names, row, strict=True)) for row in rows]
        assert found == [
            {**make_finding(number), "line": str(number + 1), "column": ""} for number in range(60)
        ]
        assert answer.text.count("\r\n") == 61

    async def test_gives_every_finding_as_json_lines(self, alice, path):
        answer = await alice.client.get(f"{path}/download?format=jsonl")
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        found = [json.loads(line) for line in answer.text.splitlines()]
        assert found == [make_finding(number) for number in range(60)]

    @pytest.mark.parametrize("format", ReportFormat)
    async def test_of_nothing_is_a_file_too(self, alice, database, format):
        dataset = await make_dataset(database, alice.id)
        answer = await alice.client.get(f"/api/datasets/{dataset.id}/report/download?format={format}")
        header = ",".join(Finding.__struct_fields__) + "\r\n"
        assert answer.text == (header if format == "csv" else "")

    @pytest.mark.parametrize(
        ("query", "lines"),
        [("severity=error", range(1, 61, 3)), ("code=info.code", range(3, 61, 3)), ("code=no.code", [])],
    )
    async def test_narrows_like_the_report(self, alice, path, query, lines):
        answer = await alice.client.get(f"{path}/download?format=jsonl&{query}")
        assert [json.loads(line)["line"] for line in answer.text.splitlines()] == list(lines)

    @pytest.mark.parametrize(
        ("file_name", "format", "saved_as"),
        [
            ("plants.jsonl", "csv", "plants-report.csv"),
            ("plants.v2.JSON.gz", "jsonl", "plants.v2-report.jsonl"),
            ('ein "Name" 🌱; x.ndjson', "csv", 'ein "Name" 🌱; x-report.csv'),
        ],
    )
    async def test_is_saved_under_the_files_name(self, alice, database, file_name, format, saved_as):
        dataset = await make_dataset(database, alice.id, file_name=file_name)
        answer = await alice.client.get(f"/api/datasets/{dataset.id}/report/download?format={format}")
        kind, _, name = answer.headers["Content-Disposition"].rpartition("; filename*=UTF-8''")
        assert kind.startswith('attachment; filename="')
        assert unquote(name) == saved_as

    async def test_runs_no_formula_of_the_users_file(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await store_findings(database, dataset, [{**make_finding(0), "snippet": '=cmd|"/c calc"!A1'}])
        answer = await alice.client.get(f"/api/datasets/{dataset.id}/report/download")
        _, (*_, snippet) = csv.reader(answer.text.splitlines())
        assert snippet == """'=cmd|"/c calc"!A1"""

    async def test_knows_two_formats(self, alice, path):
        answer = await alice.client.get(f"{path}/download?format=xml")
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == ["format"]


class TestBatches:
    @pytest.fixture
    def small(self, monkeypatch):
        monkeypatch.setattr(findings, "_READ_AT_ONCE", 25)

    @pytest.fixture
    def batches(self, alice, database, dataset, small):
        return findings.batches(lambda: database.owned_session(alice.id), dataset, filters=NO_FILTERS)

    async def test_hold_no_connection_while_they_are_sent(self, database, batches):
        held = [(len(rows), database.engine.pool.checkedout()) async for rows in batches]
        assert held == [(25, 0), (25, 0), (10, 0)]

    async def test_end_when_the_report_is_replaced_meanwhile(self, database, dataset, batches):
        assert len(await anext(batches)) == 25
        await store_findings(database, dataset, map(make_finding, range(60)))
        with pytest.raises(findings.ReportReplaced):
            await anext(batches)

    async def test_end_when_the_dataset_is_deleted_meanwhile(self, alice, database, dataset, batches):
        await anext(batches)
        async with database.owned_session(alice.id) as session:
            (await session.get_owned(Dataset, dataset.id)).deleted_at = utcnow()
        with pytest.raises(NotFound):
            await anext(batches)
