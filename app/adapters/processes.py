"""Child processes that cannot outlive this one, read it, or reach a network."""

import contextlib
import ctypes
import os
import pwd
import resource
import signal
import sys
from collections.abc import Callable, Mapping

# environment variables that a program gets: paths, never credentials
_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "OMP_NUM_THREADS")
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def hide() -> None:
    """Keep other processes of this user, children above all, from reading this one's memory and environment.

    Linux only. Root and its debuggers still can; a process that this one starts begins readable.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_DUMPABLE, 0)


def leave_network() -> bool:
    """Move this process to a network without any way out, where the system lets it.

    As an ordinary user that needs a user namespace, which containers often forbid.
    """
    if _libc is None:
        return False
    return not (_libc.unshare(_CLONE_NEWNET) and _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET))


def leash(
    death_signal: signal.Signals = signal.SIGKILL,
    *,
    user_id: int | None = None,
    limits: Mapping[int, int] | None = None,
    offline: bool = False,
) -> Callable[[], None]:
    """Return a preexec_fn: the child gets `death_signal` when the thread that started it dies.

    Start such children from the main thread. `limits` maps resource.RLIMIT_* to hard values. An `offline`
    child has no network, where the system allows that.
    """
    parent = os.getpid()
    group_id = None if user_id is None else pwd.getpwuid(user_id).pw_gid

    def before_exec() -> None:
        for limit, value in (limits or {}).items():
            resource.setrlimit(limit, (value, value))
        if user_id is not None and group_id is not None:
            os.setgroups([])
            os.setgid(group_id)
            os.setuid(user_id)
        if offline:
            leave_network()
        if _libc is not None:  # after setuid, which would clear it
            _libc.prctl(_PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:  # the parent died in between
                os.kill(os.getpid(), signal.SIGKILL)

    return before_exec


def program_environment(*prefixes: str) -> dict[str, str]:
    """Return the environment of a program of ours: paths, and what begins with one of these."""
    passed = {
        name: value for name, value in os.environ.items() if name in _VARIABLES or name.startswith(prefixes)
    }
    return {**passed, "PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}


def signal_group(pid: int, signum: signal.Signals) -> None:
    """Signal the whole process group that `pid` leads; a group that is gone is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signum)
