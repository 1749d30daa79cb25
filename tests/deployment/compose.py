"""The compose file as compose reads it: values filled in, commands and environments of its services."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.house.sources import ROOT

FOLDER = ROOT / "docs" / "deployment"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
_LINE = re.compile(r"^([A-Z0-9_]+)=(.*)$", re.MULTILINE)
EXAMPLE = dict(_LINE.findall((FOLDER / "env.example").read_text()))
# a value for every line that asks for one
SECRETS = {name: f"{name.lower()}-" * 4 for name, value in EXAMPLE.items() if not value}


def written(folder: Path) -> dict[str, str]:
    """The variables of a .env that README's own command has written, in a copy of docs/deployment."""
    (folder / "docs" / "deployment").mkdir(parents=True)
    (folder / "docs" / "deployment" / "env.example").write_text((FOLDER / "env.example").read_text())
    return run_line(folder, "(umask 077")


def run_line(folder: Path, begin: str) -> dict[str, str]:
    """Run the line of README that begins so, in such a copy, and return the variables of its .env."""
    page = (FOLDER / "README.md").read_text()
    [command] = re.findall(rf"^({re.escape(begin)}.*\.env\)?)$", page, re.MULTILINE)
    subprocess.run(["/bin/sh", "-ec", command], cwd=folder, check=True)
    return dict(_LINE.findall((folder / "docs" / "deployment" / ".env").read_text()))


def filled(value: Any, given: dict[str, str] | None = None) -> str:
    """Replace `${NAME}`, `${NAME:-default}`, `${NAME:?}` and `$$` as compose does."""
    values = EXAMPLE | SECRETS if given is None else given

    def fill(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, _, default = match[1].partition(":-")
        name = name.removesuffix(":?")
        assert values.get(name) or ":-" in match[1], f"{name} is missing in env.example"
        return values.get(name) or default

    return re.sub(r"\$\{([^}]+)\}|\$\$", fill, str(value))


def environment(service: str, given: dict[str, str] | None = None) -> dict[str, str]:
    """A service's variables."""
    found = SERVICES[service].get("environment", {})
    return {name: filled(value, given) for name, value in found.items()}


def command(service: str, given: dict[str, str] | None = None) -> list[str]:
    """A service's command."""
    return [filled(word, given) for word in SERVICES[service]["command"]]


def image_environment() -> dict[str, str]:
    """The variables that the Dockerfile gives to API and worker."""
    last_stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    [line] = re.findall(r"^ENV ((?:.*\\\n)*.*)$", last_stage, re.MULTILINE)
    return dict(word.split("=", 1) for word in shlex.split(line.replace("\\\n", " ")))
