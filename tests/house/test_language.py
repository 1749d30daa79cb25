"""Plain English: docstrings and documents state what is so, without the idioms that one author liked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, python_files, tree_of

_IDIOMS = re.compile(
    r"\b(nobody|whoever|(?-i:is none)|told of|made anew|go(?:es|ing)? on|sees? to it|mend(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_FIRST_WORDS = re.compile(r"(What|Who|Whoever)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)  # the API has fields named `mend` and `mended`

# as they were written by the runs that they record
_RECORDS = {f"docs/chaos/{name}.md" for name in ("full", "mutants", "soak", "tierA")}


def idioms_in(text: str) -> list[str]:
    return [found[0] for found in _IDIOMS.finditer(_CODE.sub("", text))]


def docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def documents() -> dict[str, str]:
    """Every document by its name; of the changelog only what is not released."""
    paths = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("openapi/*.md"),
        ROOT / "app/DECISIONS.md",
    ]
    texts = {name_of(path): path.read_text() for path in paths if name_of(path) not in _RECORDS}
    texts["CHANGELOG.md"] = "\n## ".join(texts["CHANGELOG.md"].split("\n## ")[:2])
    texts["Makefile"] = "\n".join(re.findall(r"^.*## .*$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    return texts


def in_code(path: Path) -> list[str]:
    found = []
    for docstring in docstrings(tree_of(path)):
        found += [*_FIRST_WORDS.findall(docstring[:10]), *idioms_in(docstring)]
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """The idioms of every file that has some."""
    files = {name_of(path): in_code(path) for path in python_files("app", "workers", "migrations", "tests")}
    files |= {name: idioms_in(text) for name, text in documents().items()}
    return {name: idioms for name, idioms in files.items() if idioms}


class TestIdioms:
    def test_are_in_no_docstring_and_no_document(self, found):
        assert not found, f"write these plainly: {found}"

    @pytest.mark.parametrize(
        "text", ["Mends a record.", "Nobody waits.", "Work goes on.", "This is none.", "Whoever asks."]
    )
    def test_are_found_in_words_but_not_in_code(self, text):
        assert len(idioms_in(text)) == 1
        assert idioms_in(f"`{text}`") == []
