"""The embedded services and `lora dev`: they keep their data, keep others out, and leave nothing behind."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError
from sqlalchemy.engine import make_url

from app.adapters.processes import leash
from app.adapters.storage import MODELS, Storage
from app.embedded import shelter
from app.embedded.server import end_leftover
from app.errors import ServiceUnavailable
from app.settings import Settings
from tests.conftest import until

REPOSITORY = Path(__file__).parents[2]
SERVERS = ("postgres", "redis", "s3")
STACK = [
    sys.executable,
    "-c",
    """
import json, sys
from app.embedded import EmbeddedError
from app.embedded.services import services
from app.settings import Settings
try:
    with services(Settings()) as environment:
        print(json.dumps(environment), flush=True)
        sys.stdin.read()
except EmbeddedError as error:
    sys.exit(str(error))
""",
]
DEV = [sys.executable, "-m", "app.cli.main", "dev"]


def _start(command, data_dir, **more):
    others = {name: value for name, value in os.environ.items() if not name.startswith("LORA_")}
    return subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**others, "LORA_DATA_DIR": str(data_dir), **more.pop("env", {})},
        stdin=subprocess.PIPE,
        text=True,
        preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
        **more,
    )


@contextmanager
def _stack(data_dir):
    """The services as a child of ours, and the settings that lead to them."""
    with _start(STACK, data_dir, stdout=subprocess.PIPE) as process:
        try:
            environment = json.loads(process.stdout.readline())
            fields = {name.removeprefix("LORA_").lower(): value for name, value in environment.items()}
            yield process, Settings(data_dir=data_dir, **fields)
        finally:
            process.stdin.close()
            process.wait(30)


def _servers(data_dir):
    pids = [int((data_dir / "run" / f"{name}.pid").read_text()) for name in SERVERS]
    return [psutil.Process(pid) for pid in pids]


async def _gone(processes, *, seconds=120.0):
    """Wait until none of them runs."""

    async def none_left():
        return not [process for process in processes if process.is_running()]

    await until(none_left, seconds=seconds)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data folder below folders that others cannot enter."""
    folder = tmp_path_factory.mktemp("private") / "data"
    yield folder
    shelter.discard(folder)


@pytest.fixture(scope="module")
def modes(data_dir):
    """The modes of all folders above the data folder, before anything was started there."""
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in data_dir.parents}


@pytest.fixture(scope="module")
def stack(data_dir, modes):
    """Running services for the tests that only look."""
    with _stack(data_dir) as (_, settings):
        yield settings


async def _remember(settings, word):
    """Leave a word with each service."""
    connection = await asyncpg.connect(_dsn(settings.database_owner_url))
    await connection.execute("CREATE TABLE kept (word text)")
    await connection.execute("INSERT INTO kept VALUES ($1)", word)
    await connection.close()
    async with Redis.from_url(settings.redis_url.get_secret_value()) as redis:
        await redis.set("kept", word)
    async with Storage(settings) as storage:
        await storage.make_buckets()
        await storage.put(MODELS, "kept", word.encode())


async def _recall(settings):
    """The data that each of them still has."""
    connection = await asyncpg.connect(_dsn(settings.database_owner_url))
    row = await connection.fetchval("SELECT word FROM kept")
    await connection.close()
    async with Redis.from_url(settings.redis_url.get_secret_value(), decode_responses=True) as redis:
        key = await redis.get("kept")
    async with Storage(settings) as storage:
        content = b"".join([chunk async for chunk in storage.stream(MODELS, "kept")])
    return [row, key, content.decode()]


async def _send_half(settings):
    """Open an upload in parts and send one of them."""
    async with Storage(settings) as storage, httpx.AsyncClient() as client:
        upload_id = await storage.open_upload("plants.jsonl")
        part = await storage.presign_part("plants.jsonl", 1 << 20, upload_id=upload_id, part_number=1)
        assert (await client.put(part.url, content=bytes(1 << 20))).status_code == 200


def _dsn(url):
    return url.get_secret_value().replace("+asyncpg", "")


class TestKeepingData:
    async def test_over_a_kill_and_over_a_restart(self, tmp_path):
        """All but the parts of an upload that was under way: the object store has forgotten it."""
        folder = tmp_path / "data"
        try:
            with _stack(folder) as (process, settings):
                await _remember(settings, "hello")
                await _send_half(settings)
                await asyncio.sleep(1.1)  # Redis syncs its log once a second
                servers = _servers(folder)
                process.kill()
                await _gone(servers)
            assert list((folder / "s3").rglob(".*"))
            for _ in range(2):
                with _stack(folder) as (_, settings):
                    assert not list((folder / "s3").rglob(".*"))
                    assert await _recall(settings) == ["hello"] * 3
                    servers = _servers(folder)
                await _gone(servers, seconds=5)
        finally:
            shelter.discard(folder)


class TestKeepingOthersOut:
    async def test_of_the_data_folder(self, stack, data_dir):
        with _start(STACK, data_dir, stderr=subprocess.PIPE) as second:
            _, said = second.communicate(timeout=120)
        assert second.returncode == 1
        assert f"{data_dir} is in use by another stack" in said
        assert "LORA_DATA_DIR" in said

    def test_of_the_folders_above(self, stack, modes):
        assert {folder: stat.S_IMODE(folder.stat().st_mode) for folder in modes} == modes
        assert any(mode & 0o077 == 0 for mode in modes.values())

    def test_of_the_files_that_hold_secrets(self, stack, data_dir):
        passwords = [
            make_url(stack.database_url.get_secret_value()).password,
            make_url(stack.redis_url.get_secret_value()).password,
            stack.s3_secret_access_key.get_secret_value(),
            stack.jwt_secret.get_secret_value(),
        ]
        telling = [
            path
            for path in data_dir.rglob("*")
            if path.is_file() and any(password.encode() in path.read_bytes() for password in passwords)
        ]
        assert {path.name for path in telling} == {"secrets.json", "redis.conf"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in telling} == {0o600}

    def test_of_the_network(self, stack, data_dir):
        for server in _servers(data_dir):
            bound = [entry.laddr.ip for entry in server.net_connections("inet") if entry.status == "LISTEN"]
            assert bound
            assert set(bound) == {"127.0.0.1"}, server.cmdline()[0]

    @pytest.mark.parametrize("password", [None, "wrong"])
    async def test_of_postgresql(self, stack, password):
        port = make_url(stack.database_url.get_secret_value()).port
        for user in ("lora_app", "lora_owner", "postgres"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(
                    host="127.0.0.1", port=port, user=user, password=password, database="lora"
                )

    @pytest.mark.parametrize("password", [None, "wrong"])
    async def test_of_redis(self, stack, password):
        port = make_url(stack.redis_url.get_secret_value()).port
        async with Redis(port=port, password=password) as redis:
            with pytest.raises(AuthenticationError):
                await redis.ping()

    async def test_of_the_object_store(self, stack):
        impostor = stack.model_copy(update={"s3_secret_access_key": stack.jwt_secret})
        async with Storage(impostor) as storage:
            with pytest.raises(ServiceUnavailable):
                await storage.put(MODELS, "key", b"")
        async with httpx.AsyncClient(base_url=stack.s3_endpoint_url) as nobody:
            assert (await nobody.get("/")).status_code in (400, 401, 403)
            assert (await nobody.put(f"/{MODELS}/key", content=b"x")).status_code in (400, 401, 403)


class TestEndingALeftover:
    @pytest.fixture
    def sleeper(self):
        with subprocess.Popen(["sleep", "600"]) as process:
            yield process
            process.kill()

    def test_ends_the_process_that_wrote_the_file(self, sleeper, tmp_path):
        (tmp_path / "s3.pid").write_text(str(sleeper.pid))
        end_leftover(tmp_path / "s3.pid")
        assert not psutil.pid_exists(sleeper.pid)
        assert not (tmp_path / "s3.pid").exists()

    def test_spares_a_younger_one_that_has_its_pid(self, sleeper, tmp_path):
        stale = tmp_path / "s3.pid"
        stale.write_text(str(sleeper.pid))
        hour_ago = psutil.Process(sleeper.pid).create_time() - 3600
        os.utime(stale, (hour_ago, hour_ago))
        end_leftover(stale)
        assert sleeper.poll() is None
        assert not stale.exists()

    @pytest.mark.parametrize("content", ["", "no number", "4194304"])
    def test_takes_a_file_that_leads_nowhere(self, tmp_path, content):
        (tmp_path / "s3.pid").write_text(content)
        end_leftover(tmp_path / "s3.pid")
        assert not (tmp_path / "s3.pid").exists()


class TestDev:
    @pytest.fixture
    def folder(self, tmp_path):
        yield tmp_path / "data"
        shelter.discard(tmp_path / "data")

    @pytest.fixture
    async def start(self, folder, tmp_path):
        """Start `lora dev` and wait for its last line; the process and all of its children."""
        started = []

        async def dev():
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            output = tmp_path / f"{port}.out"
            with output.open("w") as file:
                environment = {"LORA_PORT": str(port)}
                process = _start(DEV, folder, env=environment, stdout=file, stderr=file)
            started.append(process)

            async def ready():
                assert process.poll() is None, output.read_text()
                return f"\nready: http://127.0.0.1:{port}\n" in output.read_text()

            await until(ready, seconds=120)
            return process, psutil.Process(process.pid).children(recursive=True)

        yield dev
        for process in started:
            process.kill()
            process.wait()
            process.stdin.close()

    async def test_replaces_a_dead_worker_and_dies_whole(self, start, folder):
        dev, children = await start()
        pid_file = folder / "run" / "worker-1.pid"
        before = pid_file.read_text()
        os.kill(int(before), signal.SIGKILL)

        async def replaced():
            pid = pid_file.read_text()
            return pid != before and psutil.pid_exists(int(pid))

        await until(replaced, seconds=20)
        children += psutil.Process(dev.pid).children(recursive=True)
        names = {f"{name}.pid" for name in ("api", "worker-1", *SERVERS)}
        assert {path.name for path in (folder / "run").iterdir()} == names
        dev.kill()
        dev.wait()
        await _gone(children)

        again, children = await start()
        again.terminate()
        assert again.wait(120) == 0
        await _gone(children, seconds=5)
        assert list((folder / "run").iterdir()) == []
