"""The runbook, alerts and dashboard: every metric, query and link is real."""

import json
import re

import pytest
import yaml
from sqlalchemy import text

from app.settings import Settings
from tests.conftest import all_rows
from tests.house.sources import ROOT, python_files

FOLDER = ROOT / "docs" / "operations"
RUNBOOK = (FOLDER / "runbook.md").read_text()
DASHBOARD = json.loads((FOLDER / "grafana.json").read_text())
ALERTS = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    for rule in group["rules"]
]

PANELS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
EXPRESSIONS = [*PANELS, *(rule["expr"] for rule in ALERTS)]
LABELS = {
    "lora_http_request_seconds": {"method", "route", "status", "le"},
    "lora_queue_depth": {"work"},
    "lora_queue_age_seconds": {"work"},
    "lora_at_work": {"work"},
    "lora_claims": {"work", "source"},
    "lora_takeovers": {"work"},
    "lora_stale_attempts": {"work"},
}

# what the runbook tells to look for in the log
LINES = {
    *("hint_not_sent", "meters_wait", "rate_limits_without_redis", "work_started", "work_ended"),
    *("attempt_stale", "lease_lost", "heartbeat_unknown", "work_interrupted", "request_failed"),
}


def blocks(language):
    """The runbook's code blocks in a language."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", RUNBOOK, re.MULTILINE | re.DOTALL)
    return [body for _, body in found]


def names(expression):
    return set(re.findall(r"\blora_\w+", expression))


def anchors():
    """The runbook's headings as links write them."""
    headings = re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)
    return {f"#{heading.lower().replace(' ', '-')}" for heading in headings}


@pytest.fixture
async def families(anonymous):
    """The metrics that an API shows: samples' names, and the kinds that they come from."""
    lines = (await anonymous.get("/metrics")).text.splitlines()
    kinds = [line.split()[2:] for line in lines if line.startswith("# TYPE")]
    suffixes = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("",), "gauge": ("",)}
    return {name + suffix: name.removesuffix("_total") for name, kind in kinds for suffix in suffixes[kind]}


class TestMetrics:
    async def test_in_dashboard_alerts_and_runbook_are_those_that_an_api_shows(self, families):
        used = set().union(*map(names, [*EXPRESSIONS, *blocks("promql")]))
        assert used <= set(families)

    async def test_are_all_on_the_dashboard(self, families):
        shown = {families[name] for name in set().union(*map(names, PANELS))}
        assert shown == {kind for kind in families.values() if not kind.endswith("_created")}

    def test_have_the_labels_that_are_asked_for(self):
        for expression in (*EXPRESSIONS, *blocks("promql")):
            metrics = {re.sub(r"(_bucket|_count|_sum|_total)$", "", name) for name in names(expression)}
            known = set().union(*(LABELS.get(metric, set()) for metric in metrics)) | {"job", "instance"}
            asked = re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", expression)
            grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
            asked += [label.strip() for labels in grouped for label in labels.split(",")]
            assert set(asked) <= known, expression


class TestAlerts:
    def test_lead_to_a_page_of_the_runbook(self):
        assert {rule["annotations"]["runbook"] for rule in ALERTS} <= anchors()

    def test_are_named_where_they_lead(self):
        for rule in ALERTS:
            sections = RUNBOOK.split("\n## ")
            assert any(
                section.lower().replace(" ", "-").startswith(rule["annotations"]["runbook"][1:])
                and rule["alert"] in section
                for section in sections
            ), rule["alert"]

    def test_say_how_urgent_they_are(self):
        assert {rule["labels"]["severity"] for rule in ALERTS} == {"page", "ticket"}
        assert all(rule["for"] and rule["annotations"]["summary"] for rule in ALERTS)


class TestRunbook:
    @pytest.mark.parametrize("query", blocks("sql"))
    async def test_asks_what_the_database_can_answer(self, database, query):
        if query.startswith("-- as lora_app"):
            async with database.engine.connect() as connection:
                await connection.execute(text(query))
        else:
            async with all_rows(database) as connection:
                await connection.execute(text(query))

    def test_changes_a_row_only_as_its_owner(self):
        [revoke] = blocks("psql")
        assert revoke.index("app.user_id") < revoke.index("UPDATE")

    def test_speaks_of_settings_that_exist(self):
        known = {f"LORA_{name.upper()}" for name in Settings.model_fields}
        assert set(re.findall(r"\bLORA_[A-Z0-9_]+", RUNBOOK)) <= known

    def test_links_to_what_is_there(self):
        for target in re.findall(r"\]\(([^)]+)\)", RUNBOOK):
            assert target in anchors() or (FOLDER / target).exists(), target

    def test_tells_of_log_lines_that_are_written(self):
        told = set(re.findall(r"`([a-z]+_[a-z_]+)`", RUNBOOK.replace("\n", " ")))
        code = "".join(path.read_text() for path in python_files("app", "workers"))
        logged = {name for name in told if re.search(rf'log(ger)?\.\w+\(\s*"{name}"', code)}
        assert logged >= LINES
