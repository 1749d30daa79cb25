"""The compose file: its database set-up and its environments, on real servers without containers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy.engine import make_url

from app.adapters import cors
from app.embedded import shelter
from app.embedded.postgres import locate
from app.embedded.server import serve
from app.embedded.stored_values import StoredValues
from app.settings import Settings
from tests.house.sources import ROOT

FOLDER = ROOT / "docs" / "deployment"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
# a value for every line that asks for one
SECRETS = {
    name: f"{name.lower()}-{name.lower()}-{name.lower()}"
    for name in re.findall(r"^([A-Z0-9_]+)=$", (FOLDER / "env.example").read_text(), re.MULTILINE)
}
PASSWORD = "postgres-password"


def filled(value: str) -> str:
    """Replace `${NAME}`, `${NAME:-default}` and `${NAME:?}` as compose does."""

    def fill(match: re.Match[str]) -> str:
        name, _, default = match[1].partition(":-")
        name = name.removesuffix(":?")
        assert name in SECRETS or ":-" in match[1], f"{name} is missing in env.example"
        return SECRETS.get(name) or default

    return re.sub(r"\$\{([^}]+)\}", fill, str(value))


def environment(service: str) -> dict[str, str]:
    """A service's variables."""
    return {name: filled(value) for name, value in COMPOSE["services"][service]["environment"].items()}


@pytest.fixture
def postgres(tmp_path):
    """An empty cluster with a superuser; its port."""
    tmp_path.chmod(0o755)
    install = locate(tmp_path)
    install.create_cluster(tmp_path, PASSWORD, durable=False)
    with serve(install.server(durable=False), tmp_path, StoredValues(tmp_path / "ports.json")) as port:
        yield install.binaries, port
    shelter.discard(tmp_path)


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=240, check=False
    )


class TestCompose:
    def test_names_settings_that_exist(self):
        known = {f"LORA_{name.upper()}" for name in Settings.model_fields}
        for service in ("migrate", "api", "worker"):
            assert set(environment(service)) <= known
            assert COMPOSE["services"][service]["command"][1] == service

    def test_pins_every_image_of_others(self):
        for name, service in COMPOSE["services"].items():
            if "build" not in service:
                assert re.search(r":\d", service["image"]), name

    def test_mounts_and_adds_files_that_are_there(self):
        (mounted,) = (volume for volume in COMPOSE["services"]["postgres"]["volumes"] if volume[0] == ".")
        assert (FOLDER / mounted.partition(":")[0]).exists()
        beside = yaml.safe_load((FOLDER / "compose.gpu.yaml").read_text())
        assert set(beside["services"]) <= set(COMPOSE["services"])

    def test_sets_up_a_database_that_migrates_and_serves(self, postgres, settings):
        """roles.sh, then `lora migrate`, then `lora doctor` with what API and worker get."""
        binaries, port = postgres
        path = f"{binaries}:{Path(sys.executable).parent}:/usr/bin:/bin"
        there = {"PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(port), "PGPASSWORD": PASSWORD}
        made = run(str(FOLDER / "roles.sh"), **there, **environment("postgres"))
        assert made.returncode == 0, made.stderr

        for service, command in (("migrate", "migrate"), ("api", "doctor"), ("worker", "doctor")):
            given = environment(service) | {"PATH": path, "LORA_LOG_LEVEL": "WARNING"}
            for name in ("LORA_DATABASE_URL", "LORA_DATABASE_OWNER_URL"):
                if name in given:
                    url = make_url(given[name]).set(host="127.0.0.1", port=port)
                    given[name] = url.render_as_string(hide_password=False)
            for name in ("redis_url", "s3_access_key_id", "s3_secret_access_key"):
                given[f"LORA_{name.upper()}"] = getattr(settings, name).get_secret_value()
            given |= dict.fromkeys(
                ("LORA_S3_ENDPOINT_URL", "LORA_S3_PUBLIC_ENDPOINT_URL"), settings.s3_endpoint_url
            )
            given["LORA_CORS_ORIGINS"] = "https://app.example"
            done = run("lora", command, **given)
            assert done.returncode == 0, done.stdout + done.stderr
        assert "uploads by browsers" in done.stdout


class TestCors:
    async def test_is_as_the_browser_wants_it(self, settings):
        await cors.check(settings.s3_endpoint_url, ["https://app.example", "*"])

    async def test_names_the_page_that_is_turned_away(self, url):
        """The API itself: it answers OPTIONS, and allows no origin."""
        with pytest.raises(cors.CorsRefused, match=r"pages of https://app\.example"):
            await cors.check(url, ["https://app.example"])

    def test_rules_are_what_the_store_takes(self):
        assert '"AllowedOrigins": ["https://app.example"]' in cors.rules(["https://app.example"])
