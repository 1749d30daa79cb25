"""Imports: the contracts of pyproject.toml, and rules that contracts cannot express."""

import re
import sys
import tomllib

import grimp
import pytest
from importlinter.cli import lint_imports

from tests.house.sources import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PURE = {"msgspec", "orjson", "ijson", "jinja2"}
# data, and the file that makes a package of the folder
WITHOUT_A_LAYER = {"app.samples"}


@pytest.fixture(scope="module")
def graph():
    """Every import of the project, also those inside functions."""
    return grimp.build_graph("app", "workers", include_external_packages=True, cache_dir=None)


def imports(graph, package: str) -> set[str]:
    """The modules that a package imports from outside it."""
    modules = {package, *graph.find_descendants(package)}
    found = {target for module in modules for target in graph.find_modules_directly_imported_by(module)}
    return found - modules


class TestContracts:
    def test_are_kept(self, monkeypatch, capsys):
        monkeypatch.chdir(ROOT)
        status = lint_imports(no_cache=True)
        assert status == 0, capsys.readouterr().out

    def test_place_every_module_of_the_service(self, graph):
        layers = next(contract for contract in CONTRACTS if contract["id"] == "layers")["layers"]
        placed = {name.strip(" ()") for layer in layers for name in re.split("[|:]", layer)}
        assert graph.find_children("app") <= placed | WITHOUT_A_LAYER


class TestPurity:
    def test_the_domain_needs_a_few_libraries_and_nothing_else(self, graph):
        libraries = {name for name in imports(graph, "app.domain") if name not in sys.stdlib_module_names}
        assert libraries <= PURE

    def test_the_run_directory_needs_msgspec_only(self, graph):
        libraries = imports(graph, "workers.run_dir") - sys.stdlib_module_names
        assert libraries == {"msgspec"}

    def test_programs_share_nothing_but_the_domain_and_the_run_directory(self, graph):
        shared = ("app.domain.", "app.adapters.chat_models", "workers.run_dir")  # D15
        for program in ("workers.programs.checker", "workers.programs.simulator", "workers.programs.trainer"):
            ours = {name for name in imports(graph, program) if name.startswith(("app.", "workers."))}
            assert not {name for name in ours if not name.startswith(shared)}, program

    def test_what_programs_share_of_the_service_knows_nothing_of_it(self, graph):
        ours = {name for name in imports(graph, "app.adapters.chat_models") if name.startswith("app.")}
        assert all(name.startswith(("app.domain.", "app.adapters.chat_models.")) for name in ours)
