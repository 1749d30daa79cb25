"""One server as a child process: its start, the wait until it answers, its end, its last words."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from app.adapters.processes import leash
from app.embedded import EmbeddedError
from app.embedded.stored_values import StoredValues, is_free

# recovery after a crash takes long on a busy machine; a server that cannot start ends much sooner
_START_SECONDS = 120
_POLL_SECONDS = 0.02
_STOP_SECONDS = 20
# how far the start time of a process may be from the one in its pid file: clocks are adjusted
_SAME_START_SECONDS = 5
_LAST_LINES = 5
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class PortTaken(EmbeddedError):
    """Another process took the port between the choice and the start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server to start on a loopback port, with the check that it answers."""

    name: str
    argv: Callable[[int], list[str]]  # by port
    answers: Callable[[subprocess.Popen[bytes], int], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    user_id: int | None = None


@contextlib.contextmanager
def serve(server: Server, data_dir: Path, ports: StoredValues) -> Iterator[int]:
    """Run a server until the block ends and yield its port once it answers; raises EmbeddedError."""
    with contextlib.ExitStack() as stack:
        port = ports.port(server.name)
        try:
            stack.enter_context(_answering(server, data_dir, port))
        except PortTaken:
            port = ports.port(server.name)
            stack.enter_context(_answering(server, data_dir, port))
        yield port


@contextlib.contextmanager
def child_process(server: Server, data_dir: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server that dies with this process: pid in run/NAME.pid, output in logs/NAME.log."""
    for folder in ("run", "logs"):
        (data_dir / folder).mkdir(exist_ok=True)
    pid_file, argv = data_dir / "run" / f"{server.name}.pid", server.argv(port)
    end_leftover(pid_file, server.stop)
    with _log_of(server, data_dir).open("ab") as log, _refusals_explained(argv[0]):
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",  # its user may not be allowed to enter the current folder
            env={**_ENVIRONMENT, **server.env},
            start_new_session=True,  # Ctrl-C reaches this process only, which stops its children in order
            preexec_fn=leash(server.stop, user_id=server.user_id),  # noqa: PLW1509 - started from the main thread
        )
    try:
        write_pid(pid_file, child.pid)
        yield child
    finally:
        child.send_signal(server.stop)
        kill_after(child, _STOP_SECONDS)
        pid_file.unlink(missing_ok=True)


def run(
    argv: list[str], *, user_id: int | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
) -> None:
    """Run a program to its end; raises EmbeddedError with its last words when it fails."""
    with _refusals_explained(argv[0]):
        done = subprocess.run(
            argv,
            input=stdin,
            text=True,
            errors="replace",
            capture_output=True,
            check=False,
            cwd="/",
            env={**_ENVIRONMENT, **(env or {})},
            preexec_fn=leash(user_id=user_id),
        )
    if done.returncode:
        words = _last_words(done.stderr or done.stdout)
        raise EmbeddedError(f"{Path(argv[0]).name} failed ({_end_of(done.returncode)}): {words}")


def kill_after(child: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a process has ended; it is killed when it takes longer."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    child.kill()
    child.wait()


def write_pid(pid_file: Path, pid: int) -> None:
    """Write a pid file whose time is the start of the process: pids are used again, the pair is not."""
    pid_file.write_text(str(pid))
    with contextlib.suppress(psutil.NoSuchProcess):
        started = psutil.Process(pid).create_time()
        os.utime(pid_file, (started, started))


def end_leftover(pid_file: Path, stop: signal.Signals = signal.SIGTERM) -> None:
    """End the process that a killed parent left behind; another process with its pid is spared."""
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        leftover = psutil.Process(int(pid_file.read_text()))
        if abs(leftover.create_time() - pid_file.stat().st_mtime) < _SAME_START_SECONDS:
            leftover.send_signal(stop)
            _, alive = psutil.wait_procs([leftover], timeout=10)
            for still in alive:
                still.kill()
    pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _answering(server: Server, data_dir: Path, port: int) -> Iterator[None]:
    log = _log_of(server, data_dir)
    written = log.stat().st_size if log.exists() else 0
    with child_process(server, data_dir, port) as child:
        deadline = time.monotonic() + _START_SECONDS
        while not server.answers(child, port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise _failure(child, port, log, since=written)
            time.sleep(_POLL_SECONDS)
        yield


def _log_of(server: Server, data_dir: Path) -> Path:
    return data_dir / "logs" / f"{server.name}.log"


def _failure(child: subprocess.Popen[bytes], port: int, log: Path, *, since: int) -> EmbeddedError:
    with log.open("rb") as file:
        file.seek(since)  # what earlier starts said is no cause of this one
        words = _last_words(file.read().decode(errors="replace"))
    status = child.poll()
    end = f"no answer in {_START_SECONDS} s" if status is None else _end_of(status)
    kind = PortTaken if status is not None and not is_free(port) else EmbeddedError
    return kind(f"{log.stem} did not start ({end}): {words} (its log: {log})")


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return "; ".join(lines[-_LAST_LINES:]) or "it said nothing"


def _end_of(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"ended by {signal.Signals(-status).name}"


@contextlib.contextmanager
def _refusals_explained(program: str) -> Iterator[None]:
    """Turn what the system says to a start that it refuses into an EmbeddedError."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{program} cannot be run: {error.strerror}") from error
    except subprocess.SubprocessError as error:
        raise EmbeddedError(
            f"{program} cannot be run as another user here, and PostgreSQL does not run as root: "
            "start as an ordinary user, or set LORA_DATABASE_URL"
        ) from error
