"""`lora doctor`: every problem that can be provoked is named, with its fix."""

import asyncio
import dataclasses
import json
import os
import subprocess
import threading
import time

import pytest

from app.adapters.storage import DATASETS, MODELS, Storage
from app.cli import doctor
from app.cli.doctor import leftovers, machine, services, store
from app.embedded import services as embedded
from app.embedded import shelter
from app.embedded.server import Server, serve
from app.embedded.stored_values import StoredValues
from app.settings import Settings


def named(checks, name):
    """The one check with this name."""
    [check] = [check for check in checks if check.name == name]
    return check


def examined(name, **values):
    return named(machine.examine(Settings(**{"environment": "test", "trainer": "simulated", **values})), name)


@pytest.fixture
async def redis(queue):
    """The run's own Redis, whose settings are put back."""
    connected = await queue.connected()
    names = ("appendonly", "save", "maxmemory-policy")
    before = {name: (await connected.config_get(name))[name] for name in names}
    yield connected
    for name, value in before.items():
        await connected.config_set(name, value)


class TestMachine:
    @pytest.mark.parametrize(
        ("values", "fix"),
        [
            ({"lease_seconds": 5, "heartbeat_seconds": 1}, "LORA_LEASE_SECONDS=10"),
            ({"lease_seconds": 30, "sweep_seconds": 31}, "LORA_SWEEP_SECONDS"),
            ({"lease_seconds": 30, "sweep_seconds": 5, "poll_seconds": 0}, "LORA_POLL_SECONDS"),
        ],
    )
    def test_names_an_engine_that_cannot_keep_its_promise(self, values, fix):
        assert fix in examined("lease", **values).fix

    def test_is_content_with_the_defaults(self):
        names = ("lease_seconds", "heartbeat_seconds", "sweep_seconds", "poll_seconds")
        assert examined("lease", **{name: Settings.model_fields[name].default for name in names}).fix == ""

    @pytest.mark.parametrize(
        ("printed", "state", "fix"),
        [
            ("2 usable\n", "2 usable", ""),
            ("This machine has 2 GPU(s), but not so.\nInstall it.\n", "This machine has 2", "Install it."),
            ("", "PyTorch could not be asked", "see `lora train`"),
        ],
    )
    def test_names_gpus_that_cannot_be_used(self, monkeypatch, printed, state, fix):
        answer = subprocess.CompletedProcess([], 0, stdout=printed)
        monkeypatch.setattr(machine.subprocess, "run", lambda *_, **__: answer)
        check = examined("GPUs", trainer="local")
        assert check.state.startswith(state)
        assert check.fix == fix

    def test_names_a_folder_that_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_text("")
        assert "LORA_DATA_DIR" in examined("LORA_DATA_DIR", data_dir=tmp_path / "file" / "data").fix
        check = examined("LORA_MODELS_DIR", trainer="local", models_dir=tmp_path / "file")
        assert check.fix.startswith(f"make {tmp_path / 'file'} a folder")
        assert examined("LORA_DATA_DIR", data_dir=tmp_path / "to" / "be" / "made").fix == ""

    def test_names_packages_that_are_missing(self, monkeypatch):
        monkeypatch.setattr(machine, "find_spec", lambda _: None)
        assert "lora-pipeline[train]" in examined("package torch", trainer="local").fix
        traced = examined("package opentelemetry.exporter", otlp_endpoint="http://127.0.0.1:4318")
        assert "lora-pipeline[otel]" in traced.fix

    def test_names_a_full_disk(self, monkeypatch):
        monkeypatch.setattr(machine, "_NEEDED_GIB", 1 << 40)
        assert "free some space" in examined("disk").fix

    def test_names_what_is_unsafe_in_production(self):
        unsafe = {"environment": "production", "webhooks_allow_private": True, "rate_limit_per_minute": 0}
        assert "LORA_WEBHOOKS_ALLOW_PRIVATE" in examined("webhooks", **unsafe).fix
        assert "set LORA_RATE_LIMIT_PER_MINUTE, unless" in examined("rate limits", **unsafe).fix
        assert examined("rate limits", environment="production", rate_limit_per_minute=600).fix == ""


class TestServices:
    async def test_are_well_as_the_tests_start_them(self, settings):
        problems = [check for check in await services.examine(settings) if check.fix]
        assert problems == []

    async def test_tell_that_redis_keeps_nothing(self, settings, redis):
        await redis.config_set("appendonly", "no")
        assert "appendonly yes" in named(await services.examine(settings), "redis persistence").fix

    async def test_tell_that_redis_throws_things_away(self, settings, redis):
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        check = named(await services.examine(settings), "redis eviction")
        assert (check.state, "noeviction" in check.fix) == ("allkeys-lru", True)

    async def test_are_named_when_they_are_away(self, settings):
        lost = {"redis_url": "redis://127.0.0.1:1", "database_url": "postgresql+asyncpg://x@127.0.0.1:1/x"}
        away = Settings(
            **{**settings.model_dump(exclude=set(lost)), **lost, "s3_endpoint_url": "http://127.0.0.1:1"}
        )
        problems = {check.name for check in await services.examine(away) if check.fix}
        assert problems == {"database", "login role", "redis", "object store"}

    def test_tell_an_old_postgresql(self):
        assert services.version(150_004).state == "15.4"
        assert "16" in services.version(150_004).fix
        assert services.version(160_000).fix == ""

    @pytest.mark.parametrize(("ahead", "is_off"), [(0.9, False), (-0.9, False), (1.5, True), (-1.5, True)])
    def test_tell_clocks_that_differ(self, ahead, is_off):
        assert bool(services.clock(ahead).fix) is is_off

    async def test_tell_that_this_machines_clock_is_wrong(self, settings, monkeypatch):
        monkeypatch.setattr(services.time, "time", lambda now=time.time: now() + 5)
        check = named(await services.examine(settings), "clock")
        assert check.state.startswith("the database is 5")
        assert "NTP" in check.fix

    async def test_tell_that_connections_run_out(self, settings):
        greedy = settings.model_copy(update={"database_pool_size": 200})
        check = named(await services.examine(greedy), "connections")
        assert "an API and a worker take up to 600" in check.fix

    async def test_are_named_without_the_passwords_of_their_addresses(self):
        async def fail() -> None:
            raise ConnectionError("no answer from redis://:hunter2@cache:6379/0")

        found = await doctor.check("redis", fail, "check LORA_REDIS_URL")
        assert found.state == "no answer from redis://:***@cache:6379/0"


class TestStore:
    async def examined(self, settings, name, **values):
        return named(await store.examine(settings.model_copy(update=values)), f"store, {name}")

    @pytest.fixture
    def open_store(self, tmp_path):
        """A store that serves unsigned requests; its address."""
        (tmp_path / "objects" / "lora-datasets").mkdir(parents=True)
        (tmp_path / "objects" / "lora-models").mkdir()

        def argv(port):
            return [
                embedded._rclone_binary(),
                "serve",
                "s3",
                f"{tmp_path}/objects",
                "--addr",
                f"127.0.0.1:{port}",
            ]

        server = Server("open", argv, embedded._listens, {"RCLONE_CONFIG": os.devnull})
        with serve(server, tmp_path, StoredValues(tmp_path / "ports.json")) as port:
            yield f"http://127.0.0.1:{port}"

    async def test_tells_that_anyone_may_read(self, settings, open_store):
        check = await self.examined(settings, "unsigned requests", s3_endpoint_url=open_store)
        assert check.state.startswith("without a signature: GET /lora-datasets/doctor/")
        assert "RCLONE_AUTH_KEY with quotes" in check.fix

    async def test_tells_that_signed_requests_are_refused(self, settings, monkeypatch):
        async def forged(self, *call, sign=Storage.presign_put, **more):
            signed = await sign(self, *call, **more)
            return dataclasses.replace(signed, url=signed.url.replace("Signature=", "Signature=0"))

        monkeypatch.setattr(Storage, "presign_put", forged)
        check = await self.examined(settings, "signed requests")
        assert check.state.endswith("is answered by 403")
        assert "LORA_S3_*" in check.fix

    async def test_tells_that_the_public_address_is_another_service(self, settings, url):
        check = await self.examined(settings, "public address", s3_public_endpoint_url=url)
        assert check.state.endswith("is answered by 404")
        assert "have the proxy pass host" in check.fix
        signed = await self.examined(settings, "signed requests", s3_public_endpoint_url=url)
        assert signed.state == "ok"

    async def test_mentions_a_public_address_that_only_users_reach(self, settings):
        check = await self.examined(settings, "public address", s3_public_endpoint_url="http://127.0.0.1:1")
        assert (check.fix, "not reached from here" in check.state) == ("", True)

    async def test_tells_that_the_clocks_differ(self, settings, monkeypatch):
        monkeypatch.setattr(store.time, "time", lambda now=time.time: now() + 60)
        check = await self.examined(settings, "clock")
        assert check.state.endswith("s behind")
        assert "NTP" in check.fix
        assert store.clock(4.0).fix == ""

    async def test_leaves_nothing_behind(self, settings, storage):
        await store.examine(settings)
        for bucket in (DATASETS, MODELS):
            assert [key async for key, _ in storage.list(bucket, "doctor/")] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders outside the data folder")
class TestLeftovers:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(shelter, "FOLDER", tmp_path / "shelter")
        (tmp_path / "shelter").mkdir()
        return tmp_path / "shelter"

    @pytest.fixture
    def cluster(self, folder, tmp_path):
        """A cluster with 1,000 bytes for a data folder that is there."""
        data_dir = tmp_path / "data"
        data_dir.mkdir()
        cluster = shelter.cluster_of(data_dir)
        shelter.claim(cluster, data_dir, "password")
        cluster.mkdir()
        (cluster / "file").write_bytes(bytes(1000))
        return cluster

    def test_are_clusters_whose_data_folder_is_gone(self, cluster, tmp_path, capsys):
        assert leftovers.examine() == []
        (tmp_path / "data").rmdir()
        [check] = leftovers.examine()
        assert "1,000 bytes: `lora doctor --clean`" in check.state
        assert check.fix == ""
        assert leftovers.clean() == 0
        removed = f"removed {cluster} (the cluster of {tmp_path}/data, which is gone): 1,000 bytes\n"
        assert capsys.readouterr().out == removed
        assert not cluster.exists()
        assert not shelter.record_of(cluster).exists()

    def test_are_judged_while_no_stack_can_claim_them(self, cluster, tmp_path):
        (tmp_path / "data").rmdir()
        cleaning = threading.Thread(target=leftovers.clean)
        with shelter.locked():
            cleaning.start()
            cleaning.join(0.3)
            (tmp_path / "data").mkdir()  # as a stack that starts just then
        cleaning.join()
        assert cluster.exists()

    def test_are_not_looked_at_in_a_folder_of_others(self, folder):
        folder.chmod(0o777)
        [check] = leftovers.examine()
        assert "is not safe to use as root" in check.fix

    def test_are_never_in_use(self, cluster, tmp_path, capsys):
        (tmp_path / "data").rmdir()
        with subprocess.Popen(["sleep", "60"], cwd=cluster) as working:
            assert leftovers.clean() == 0
            working.kill()
        assert cluster.exists()
        assert "nothing to remove" in capsys.readouterr().out

    def test_are_not_of_a_disk_that_is_away(self, cluster, tmp_path):
        (tmp_path / "data").rmdir()
        record = shelter.read_record(cluster)
        shelter.record_of(cluster).write_text(json.dumps(record | {"mount": str(tmp_path / "disk")}))
        assert leftovers.unused() == {}

    def test_are_not_what_nothing_is_known_of(self, folder):
        for name in ("0123456789abcdef", "letters", "0123456789abcdef-mine"):
            (folder / name).mkdir()
        assert leftovers.unused() == {}

    def test_are_what_was_set_aside_and_copies_of_other_versions(self, folder, tmp_path):
        (tmp_path / "package" / "pg" / "bin").mkdir(parents=True)
        (tmp_path / "package" / "pg" / "bin" / "initdb").touch()
        needed = shelter.copy_of(tmp_path / "package" / "pg").parents[1]
        names = ["0123456789abcdef.old-01ab", "pginstall18-0123abcd", "postgresql-0123456789abcdef"]
        for name in names:
            (folder / name).mkdir()
        assert [path.name for path in leftovers.unused()] == names
        (tmp_path / "package" / "pg" / "bin" / "postgres").touch()
        assert needed in leftovers.unused()

    def test_are_roots_to_remove(self, cluster, monkeypatch, capsys):
        monkeypatch.setattr(leftovers.os, "geteuid", lambda: 1000)
        assert leftovers.clean() == 1
        assert "as root" in capsys.readouterr().err


class TestRun:
    async def test_prints_every_check_and_fails_when_one_has_a_fix(self, settings, capsys, monkeypatch):
        monkeypatch.setenv("COLUMNS", "200")
        unsafe = settings.model_copy(update={"lease_seconds": 2})
        assert await asyncio.to_thread(doctor.run, unsafe) == 1
        printed = capsys.readouterr().out
        assert "LORA_LEASE_SECONDS=10" in printed
        well = settings.model_copy(update={"lease_seconds": 30, "heartbeat_seconds": 5, "sweep_seconds": 5})
        assert await asyncio.to_thread(doctor.run, well) == 0
