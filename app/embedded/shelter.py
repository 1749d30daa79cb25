"""/var/lib/lora-pipeline: what PostgreSQL needs when root starts it, where its user can reach it.

The folder is used as root, so nothing in it is trusted unless only root could have written it.
It holds copies of the binaries and, each with a record of its data folder, clusters.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from app.embedded import EmbeddedError

FOLDER = Path("/var/lib/lora-pipeline")
# what a server needs of the installed package; the rest is for those who compile
_PARTS = ("bin", "lib", "share")
COPY_PREFIX = "postgresql-"


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Hold the lock of the folder, made and checked: stacks that start together make things once."""
    _check_folder()
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_of(install: Path) -> Path:
    """Return a copy of an installed PostgreSQL that every user may run; made unless a whole one is there.

    The copy keeps the package's shared libraries at the same relative place, where its programs
    look for them. Its name is made from what was copied: another version is another copy.
    """
    with locked():
        base = FOLDER / copy_name(install)
        copy = base / install.parent.name / install.name
        if not _is_trusted(base) or copy_name(copy) != base.name:
            remove(base)
            _copy(install, base)
        _write_record(base, {"install": str(install)})
        return copy


def copy_name(install: Path) -> str:
    """Return a name for the state of an installed PostgreSQL: its files, their sizes, times and modes."""
    digest = hashlib.sha256()
    for path, relative in _files(install):
        about = path.stat()
        is_program = bool(about.st_mode & stat.S_IXUSR)
        digest.update(f"{relative}\0{about.st_size}\0{int(about.st_mtime)}\0{is_program}\n".encode())
    return f"{COPY_PREFIX}{digest.hexdigest()[:16]}"


def cluster_of(data_dir: Path) -> Path:
    """Return the place of the cluster of a data folder that PostgreSQL's user cannot reach."""
    return FOLDER / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def claim(cluster: Path, data_dir: Path, password: str) -> None:
    """Record whose cluster this is. One of an earlier folder of the same name is set aside.

    The password of that one went with its folder, so that this data folder could not open it.
    """
    digest = hashlib.sha256(password.encode()).hexdigest()
    with locked():
        known = read_record(cluster)
        # without a record it was made by an earlier version, for a data folder that has seen a start
        is_ours = known["password"] == digest if known else (data_dir / "logs" / "postgres.log").exists()
        if cluster.exists() and not is_ours:
            aside = cluster.with_name(f"{cluster.name}.old-{os.urandom(4).hex()}")
            cluster.rename(aside)
            sys.stderr.write(
                f"{cluster} belonged to a data folder that was removed; it is now {aside}, "
                "and `lora doctor --clean` removes it\n"
            )
        mount = next(str(folder) for folder in (data_dir, *data_dir.parents) if folder.is_mount())
        _write_record(cluster, {"data_dir": str(data_dir), "mount": mount, "password": digest})


def discard(data_dir: Path) -> None:
    """Remove the cluster of a data folder, with its record."""
    cluster = cluster_of(data_dir)
    for path in (cluster, cluster.with_suffix(".new")):
        remove(path)


def remove(path: Path) -> None:
    """Remove a cluster or a copy, with its record; links are removed, never followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    record_of(path).unlink(missing_ok=True)


def record_of(path: Path) -> Path:
    """Return the file, beside a cluster or a copy, that says what it is for."""
    return path.with_name(f"{path.name}.json")


def read_record(path: Path) -> dict[str, str] | None:
    """Return the record of a cluster or a copy; None when it cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        record: dict[str, str] = json.loads(record_of(path).read_text())
        return record
    return None


def check_owner(folder: Path, user_id: int) -> None:
    """Raise EmbeddedError unless this is a folder, no link, of this user."""
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != user_id:
        raise EmbeddedError(
            f"{folder} is no folder of the user with id {user_id} (its owner has id {about.st_uid}): "
            "remove it, or set LORA_DATABASE_URL"
        )


def _check_folder() -> None:
    """Make the folder, or refuse one that others than root could have prepared."""
    with contextlib.suppress(FileExistsError):
        FOLDER.mkdir(parents=True)
    about = FOLDER.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != 0 or about.st_mode & 0o022:
        raise EmbeddedError(
            f"{FOLDER} is not safe to use as root: it must be a folder that only root may write "
            f"(`chown root {FOLDER} && chmod 755 {FOLDER}` after a look inside), or set LORA_DATABASE_URL"
        )
    FOLDER.chmod(0o755)  # whatever the umask is


def _write_record(path: Path, record: dict[str, str]) -> None:
    record_of(path).touch(0o600)
    record_of(path).write_text(json.dumps(record))


def _is_trusted(base: Path) -> bool:
    """Whether everything here is root's, writable by no other user, and nothing is a link."""
    if not base.is_dir():
        return False
    found = [path.lstat() for path in (base, *base.rglob("*"))]
    modes = [(about.st_uid, about.st_mode) for about in found]
    return all(uid == 0 and not mode & 0o022 and not stat.S_ISLNK(mode) for uid, mode in modes)


def _copy(install: Path, base: Path) -> None:
    """Copy under another name first: a copy that was interrupted never bears the real one."""
    unfinished = base.with_name(f"{base.name}.new")
    remove(unfinished)
    for path, relative in _files(install):
        target = unfinished / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        # the package may have been installed under a umask that shuts others out
        target.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    for folder, *_ in os.walk(unfinished):
        Path(folder).chmod(0o755)
    os.sync()  # else a power cut could leave files without content under the real name
    unfinished.rename(base)


def _files(install: Path) -> Iterator[tuple[Path, Path]]:
    """Every file to copy, with its place relative to the folder that holds the package."""
    package = install.parent
    # a wheel's own shared libraries lie in a folder beside its package
    roots = [*(install / part for part in _PARTS), package.with_name(f"{package.name}.libs")]
    for root in roots:
        for path in sorted(root.rglob("*")):
            if not path.is_dir():
                yield path, path.relative_to(package.parent)
