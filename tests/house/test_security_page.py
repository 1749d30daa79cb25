"""SECURITY.md names a test for each promise, and documents name tests that exist."""

import re

from tests.house.sources import ROOT

PROMISES = re.findall(r"^\| (?!promise)(.+?) \| (.+) \|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
PAGES = [ROOT / "SECURITY.md", ROOT / "app" / "DECISIONS.md", *(ROOT / "docs").rglob("*.md")]


def missing(name):
    """Return the parts of `tests/file.py::TestClass::test_name` that do not exist."""
    path, *parts = name.split("::")
    file = ROOT / path
    if not file.exists():
        return [path]
    text = file.read_text() if parts else ""
    return [part for part in parts if not re.search(rf"(class|def) {part}\b", text)]


class TestPromises:
    def test_name_each_a_test(self):
        assert len(PROMISES) > 30
        assert [promise for promise, by in PROMISES if "`tests/" not in by] == []


class TestTests:
    def test_that_pages_name_exist(self):
        named = {name for page in PAGES for name in re.findall(r"`(tests/[\w./:]+)`", page.read_text())}
        assert len(named) > 50
        assert {name: missing(name) for name in named if missing(name)} == {}
