"""The folder that root's PostgreSQL may need: whole copies, no files of others, the right cluster."""

import os
import threading
from pathlib import Path

import pytest

from app.embedded import EmbeddedError, postgres, shelter
from tests.embedded.machine import as_root

pytestmark = as_root
NOBODY = 65534


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shelter, "FOLDER", tmp_path / "shelter")
    return tmp_path / "shelter"


@pytest.fixture
def install(tmp_path):
    """A small installed PostgreSQL, private to its owner, with libraries beside its package."""
    site = tmp_path / "site"
    for name in (
        "package/pg/bin/postgres",
        "package/pg/lib/x.so",
        "package/pg/include/x.h",
        "package.libs/y.so",
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (site / name).write_text(name)
        (site / name).chmod(0o700 if "bin" in name else 0o600)
    return site / "package" / "pg"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def base_of(copy: Path) -> Path:
    return copy.parents[1]


class TestCopying:
    def test_keeps_libraries_at_the_same_relative_place_for_every_user(self, install):
        copy = shelter.copy_of(install)
        assert files(base_of(copy)) == ["package.libs/y.so", "package/pg/bin/postgres", "package/pg/lib/x.so"]
        for path in (base_of(copy), *base_of(copy).rglob("*")):
            expected = 0o755 if path.is_dir() or path.name == "postgres" else 0o644
            assert path.stat().st_mode & 0o777 == expected, path

    def test_is_done_once(self, install):
        before = shelter.copy_of(install).stat().st_ino
        assert shelter.copy_of(install).stat().st_ino == before

    def test_is_done_again_for_another_version(self, install):
        before = shelter.copy_of(install)
        (install / "bin" / "postgres").write_text("another version")
        after = shelter.copy_of(install)
        assert after != before
        assert (after / "bin" / "postgres").read_text() == "another version"

    def test_follows_links_to_what_they_lead_to(self, install, tmp_path):
        """Some installers link packages into a cache."""
        (tmp_path / "cache").write_text("cached")
        (install / "bin" / "psql").symlink_to(tmp_path / "cache")
        copied = shelter.copy_of(install) / "bin" / "psql"
        assert not copied.is_symlink()
        assert copied.read_text() == "cached"

    def test_is_done_by_one_of_several_at_once(self, install):
        several, copies = 4, []
        threads = [
            threading.Thread(target=lambda: copies.append(shelter.copy_of(install))) for _ in range(several)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(copies)) == 1
        assert len(copies) == several

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda base, program: program.unlink(),
            lambda base, program: program.write_text("pack"),
            lambda base, program: os.chown(program, NOBODY, -1),
            lambda base, program: program.chmod(0o777),
            lambda base, program: program.parent.chmod(0o777),
            lambda base, program: os.chown(base, NOBODY, -1),
            lambda base, program: (program.rename(base / "x"), program.symlink_to(base / "x")),
            lambda base, program: (base.rename(base.with_name("y")), base.symlink_to(base.with_name("y"))),
        ],
        ids=[
            "missing",
            "cut",
            "another's",
            "writable",
            "in a writable folder",
            "folder",
            "link",
            "link above",
        ],
    )
    def test_is_done_again_where_the_copy_cannot_be_trusted(self, install, spoil):
        copy = shelter.copy_of(install)
        spoil(base_of(copy), copy / "bin" / "postgres")
        again = shelter.copy_of(install)
        assert again == copy
        assert shelter._is_trusted(base_of(again))
        assert (again / "bin" / "postgres").read_text() == "package/pg/bin/postgres"

    def test_that_was_interrupted_leaves_no_copy(self, install, folder, monkeypatch):
        def stop():
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "sync", stop)
        with pytest.raises(KeyboardInterrupt):
            shelter.copy_of(install)
        monkeypatch.setattr(os, "sync", lambda: None)
        assert [path.suffix for path in folder.glob("postgresql-*")] == [".new"]
        assert shelter.copy_of(install).exists()


class TestTheFolder:
    @pytest.mark.parametrize(
        "spoil", [lambda path: path.chmod(0o1777), lambda path: os.chown(path, NOBODY, -1)]
    )
    def test_of_others_is_refused(self, folder, spoil):
        folder.mkdir()
        spoil(folder)
        with pytest.raises(EmbeddedError, match="is not safe to use as root"), shelter.locked():
            pass

    @pytest.mark.parametrize("kind", ["link", "file"])
    def test_that_is_none_is_refused(self, folder, tmp_path, kind):
        folder.symlink_to(tmp_path) if kind == "link" else folder.touch()
        with pytest.raises(EmbeddedError, match="is not safe to use as root"), shelter.locked():
            pass

    def test_is_open_to_all_whatever_the_umask(self, folder):
        before = os.umask(0o077)
        try:
            with shelter.locked():
                assert folder.stat().st_mode & 0o777 == 0o755
        finally:
            os.umask(before)


class TestClaiming:
    @pytest.fixture
    def cluster(self, folder, tmp_path):
        cluster = shelter.cluster_of(tmp_path)
        cluster.mkdir(parents=True)
        return cluster

    def test_leaves_a_cluster_with_its_data_folder(self, cluster, tmp_path, folder):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "postgres.log").touch()  # of an earlier version, which kept no records
        for _ in range(2):
            shelter.claim(cluster, tmp_path, "password")
            assert cluster.exists()
        assert shelter.record_of(cluster).stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("is_recorded", [True, False])
    def test_sets_one_aside_whose_data_folder_was_made_again(self, cluster, tmp_path, is_recorded, capsys):
        """Its password went with the first folder: every start would be refused."""
        if is_recorded:
            shelter.claim(cluster.with_name(cluster.name), tmp_path, "old")
            cluster.mkdir(exist_ok=True)
        shelter.claim(cluster, tmp_path, "new")
        assert not cluster.exists()
        assert "`lora doctor --clean` removes it" in capsys.readouterr().err

    def test_refuses_a_cluster_of_another_user(self, cluster, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "postgres.log").touch()
        install = postgres.Install(tmp_path, cluster, 12345)
        with pytest.raises(EmbeddedError, match="is no folder of the user with id 12345"):
            install.create_cluster(tmp_path, "password", durable=False)


class TestLocating:
    def test_runs_a_cluster_as_the_user_who_made_it(self, tmp_path, folder, monkeypatch):
        """An ordinary user's `lora dev`, then one with sudo."""
        open_folder = tmp_path / "data"
        (open_folder / "postgres").mkdir(parents=True)
        os.chown(open_folder / "postgres", NOBODY, -1)
        monkeypatch.setattr(postgres, "_can_run", lambda *_: True)
        install = postgres.locate(open_folder)
        assert (install.user_id, install.cluster) == (NOBODY, open_folder / "postgres")

    def test_keeps_a_cluster_elsewhere_when_its_path_would_be_too_long(self, folder, monkeypatch):
        monkeypatch.setattr(postgres, "_can_run", lambda *_: True)
        install = postgres.locate(Path("/tmp", *["x" * 99] * 10))
        assert install.cluster.parent == folder

    def test_refuses_to_leave_a_cluster_behind_that_was_shut_in(self, tmp_path, folder, monkeypatch):
        # wherever the binaries lie: the folder of the test is the one that cannot be entered
        monkeypatch.setattr(postgres, "_can_run", lambda _user, *command: "--version" in command)
        (tmp_path / "data" / "postgres").mkdir(parents=True)
        os.chown(tmp_path / "data" / "postgres", NOBODY, -1)
        with pytest.raises(EmbeddedError, match="can no longer be reached"):
            postgres.locate(tmp_path / "data")
