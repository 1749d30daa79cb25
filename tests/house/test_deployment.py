"""The deployment's files: what compose, proxy, image and env.example promise before anything is started."""

import re
import subprocess
from importlib.metadata import requires

import httpx
import pytest
import yaml
from packaging.requirements import Requirement

from app.adapters import cors
from app.settings import Settings
from tests.deployment import started
from tests.deployment.compose import (
    COMPOSE,
    EXAMPLE,
    FOLDER,
    SECRETS,
    SERVICES,
    environment,
    run_line,
    written,
)
from tests.house.sources import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "api", "worker")


class TestCompose:
    def test_names_settings_that_exist(self):
        known = {f"LORA_{name.upper()}" for name in Settings.model_fields}
        for service in OURS:
            assert set(environment(service)) <= known
            assert SERVICES[service]["command"][1] == service

    def test_names_every_image_of_others_by_its_whole_version(self):
        for name, service in SERVICES.items():
            if "build" not in service:
                assert re.search(r":\d+\.\d+(\.\d+)?$", service["image"]), name

    def test_mounts_and_adds_files_that_are_there(self):
        mounted = [
            volume
            for service in SERVICES.values()
            for volume in service.get("volumes", ())
            if volume[0] == "."
        ]
        assert len(mounted) == 2
        for volume in mounted:
            assert volume.endswith(":ro")
            assert (FOLDER / volume.partition(":")[0]).exists()

    def test_adds_a_gpu_to_services_that_exist(self):
        beside = yaml.safe_load((FOLDER / "compose.gpu.yaml").read_text())
        assert set(beside["services"]) <= set(SERVICES)

    def test_confines_every_service(self):
        for name, service in SERVICES.items():
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["read_only"] is True, name
            assert service["mem_limit"], name
            assert service["pids_limit"] <= 2000, name
        assert {name: service["cap_add"] for name, service in SERVICES.items() if "cap_add" in service} == {
            "proxy": ["NET_BIND_SERVICE"]
        }

    def test_checks_the_health_of_all_that_runs_on(self):
        assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate"}

    def test_publishes_the_proxy_alone_and_on_loopback_unless_asked(self):
        published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
        assert set(published) == {"proxy"}
        assert all(port.startswith("${BIND_ADDRESS:-127.0.0.1}:") for port in published["proxy"])

    def test_keeps_the_stores_of_data_in_networks_without_a_way_out(self):
        closed = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
        for name in ("postgres", "redis", "store", "migrate"):
            assert set(SERVICES[name]["networks"]) <= closed, name

    def test_gives_redis_a_password(self):
        assert "--requirepass" in SERVICES["redis"]["command"]
        for name in OURS:
            assert environment(name)["LORA_REDIS_URL"].startswith(f"redis://:{SECRETS['REDIS_PASSWORD']}@")

    def test_trusts_the_address_of_the_proxy_alone(self):
        address = SERVICES["proxy"]["networks"]["default"]["ipv4_address"]
        assert SERVICES["api"]["environment"]["LORA_TRUSTED_PROXIES"] == address


class TestEnvExample:
    def test_names_every_variable_of_compose(self):
        asked = set(re.findall(r"\$\{([A-Z0-9_]+)", (FOLDER / "compose.yaml").read_text()))
        optional = set(re.findall(r"^#([A-Z_]+)=", (FOLDER / "env.example").read_text(), re.MULTILINE))
        assert asked == set(EXAMPLE) | optional

    def test_has_the_defaults_of_compose(self):
        for name, default in re.findall(
            r"\$\{([A-Z0-9_]+):-([^}]+)\}", (FOLDER / "compose.yaml").read_text()
        ):
            assert EXAMPLE[name] == default, name

    def test_gets_secrets_by_the_command_of_the_page(self, tmp_path):
        given = written(tmp_path)
        secrets = {given[name] for name in SECRETS}
        assert len(secrets) == len(SECRETS)
        assert all(re.fullmatch(r"[0-9a-f]{48}", secret) for secret in secrets)
        assert {name: given[name] for name in EXAMPLE if name not in SECRETS} == {
            name: value for name, value in EXAMPLE.items() if name not in SECRETS
        }
        assert (tmp_path / "docs" / "deployment" / ".env").stat().st_mode & 0o777 == 0o600

    def test_never_replaces_what_is_there(self, tmp_path):
        """The volumes keep the passwords that they were made with."""
        given = written(tmp_path)
        with pytest.raises(subprocess.CalledProcessError):
            run_line(tmp_path, "(umask 077")
        assert run_line(tmp_path, "awk ") == given

    def test_gains_what_is_new_by_the_command_for_upgrades(self, tmp_path):
        kept = {name: value for name, value in written(tmp_path).items() if name != "SECRETS_KEY"}
        kept["PUBLIC_URL"] = "https://lora.example"
        before = "".join(f"{name}={value}\n" for name, value in kept.items() if name != "SUBNET")
        (tmp_path / "docs" / "deployment" / ".env").write_text(before)
        given = run_line(tmp_path, "awk ")
        assert given == kept | {"SECRETS_KEY": given["SECRETS_KEY"]}
        assert re.fullmatch(r"[0-9a-f]{48}", given["SECRETS_KEY"])


class TestImage:
    def test_takes_what_builds_the_package_from_the_lock(self, tmp_path):
        """The very command of the Dockerfile; no other version can come, and nothing else is fetched."""
        [command] = re.findall(r"^RUN (awk .* requirements\.lock) > build\.lock", DOCKERFILE, re.MULTILINE)
        lock = subprocess.run(
            ["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
        )
        locked = set(re.findall(r"^([a-z-]+)==", lock.stdout, re.MULTILINE))
        needed = [Requirement(line) for line in requires("hatchling")]
        wanted = {one.name for one in needed if one.marker is None or one.marker.evaluate()}
        assert locked == {"hatchling", *wanted}
        assert lock.stdout.count("==") <= lock.stdout.count("--hash=sha256:")

    def test_installs_nothing_without_a_hash_but_torch(self):
        for line in re.findall(r"pip (?:install|wheel)[^&;\n]*", DOCKERFILE):
            assert "--require-hashes" in line or "--no-index" in line or "torch==" in line, line

    def test_leaves_code_and_migrations_to_root(self):
        last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
        assert "--chown" not in last_stage
        assert re.findall(r"install -d -o lora (.*)", last_stage) == ["/var/lib/lora /var/lib/lora/models"]


class TestStore:
    async def test_starts_as_compose_says_and_takes_signed_requests_only(self, tmp_path):
        with started.Deployment(tmp_path).alone("store") as store:
            async with httpx.AsyncClient(base_url=store) as stranger:
                assert (await stranger.get("/")).is_client_error
                assert (await stranger.put("/lora-datasets/x", content=b"x")).is_client_error


class TestCors:
    async def test_is_as_the_browser_wants_it(self, settings):
        await cors.check(settings.s3_endpoint_url, ["https://app.example", "*"])

    async def test_names_the_page_that_is_turned_away(self, url):
        """The API itself: it answers OPTIONS, and allows no origin."""
        with pytest.raises(cors.CorsRefused, match=r"pages of https://app\.example"):
            await cors.check(url, ["https://app.example"])

    def test_rules_are_what_the_store_takes(self):
        assert '"AllowedOrigins": ["https://app.example"]' in cors.rules(["https://app.example"])
