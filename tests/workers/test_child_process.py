"""Child programs: in a group of their own, without our secrets, dead when we are."""

import asyncio
import signal
import sys

import psutil
import pytest
from sqlalchemy import make_url

from tests.conftest import until
from workers import child_process

# starts a grandchild, prints both pids, and shrugs off SIGTERM
STUBBORN = """
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
LEAVE = "from app.adapters import processes; raise SystemExit(not processes.leave_network())"
SUPERVISOR = """
import asyncio
from workers import child_process

async def main():
    async with child_process.started(["sleep", "600"]) as process:
        print(process.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def _pids(process):
    return [int(pid) for pid in (await process.stdout.readline()).split()]


def _alive(pids):
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]


class TestStarting:
    async def test_leaves_nobody_of_the_group_behind(self):
        async with child_process.started([sys.executable, "-c", STUBBORN]) as process:
            pids = await _pids(process)
            assert _alive(pids) == pids

        async def gone():
            return not _alive(pids)

        await until(gone, seconds=30)

    async def test_waits_for_the_end_of_what_has_a_group_of_its_own(self, monkeypatch):
        waited = []
        monkeypatch.setattr(
            child_process.psutil, "wait_procs", lambda processes, timeout: waited.extend(processes)
        )
        daemon = STUBBORN.replace('["sleep", "600"])', '["sleep", "600"], start_new_session=True)')
        async with child_process.started([sys.executable, "-c", daemon]) as process:
            leader, apart = await _pids(process)
        assert [process.pid for process in waited] == [apart]
        assert process.pid == leader
        assert process.returncode == -signal.SIGKILL

    async def test_leaves_nobody_behind_when_the_work_fails(self):
        with pytest.raises(ZeroDivisionError):
            async with child_process.started(["sleep", "600"]) as process:
                _ = 1 / 0
        assert process.returncode == -signal.SIGKILL

    @pytest.mark.parametrize("piped", [True, False])
    async def test_leaves_no_daemon_behind_that_went_its_own_way(self, tmp_path, piped):
        log = None if piped else tmp_path / "output.log"
        daemon = 'setsid sleep 600 & echo $! > "$0"; wait'
        started = child_process.started(["sh", "-c", daemon, str(tmp_path / "pid")], log=log)
        async with asyncio.timeout(20), started:

            async def written():
                return (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip()

            pid = int(await until(written))
            assert _alive([pid])

        async def gone():
            return not _alive([pid])

        await until(gone, seconds=30)

    async def test_hands_on_no_secret(self, settings, monkeypatch):
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
        monkeypatch.setenv("HF_TOKEN", "hush")
        names = await self._names()
        assert not [name for name in names if name.startswith(("LORA_", "AWS_", "HF_"))]
        assert "PATH" in names

    async def test_lets_only_who_asks_reach_base_models(self, monkeypatch):
        monkeypatch.setenv("HF_HOME", "/models")
        assert "HF_HOME" in await self._names(model_access=True)

    async def test_opens_gated_models_only_to_who_asks(self, monkeypatch):
        monkeypatch.setenv("HF_TOKEN", "hush")
        assert "HF_TOKEN" not in await self._names(model_access=True)
        assert "HF_TOKEN" in await self._names(model_access=True, hub_token=True)

    async def test_takes_the_network_from_it(self, settings):
        if await self._status(LEAVE):
            pytest.skip("this machine lets no process leave the network")
        port = make_url(settings.redis_url.get_secret_value()).port
        reach = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
        assert [await self._status(reach), await self._status(reach, offline=True)] == [0, 1]

    async def _status(self, program, **options):
        async with child_process.started([sys.executable, "-c", program], **options) as process:
            await process.communicate()
        return process.returncode

    async def _names(self, **options):
        async with child_process.started(["env"], **options) as process:
            output, _ = await process.communicate()
        return {line.split("=")[0] for line in output.decode().splitlines()}

    async def test_writes_a_log_that_survives_it(self, tmp_path):
        log = tmp_path / "output.log"
        async with child_process.started(["sh", "-c", "echo out; echo err >&2"], log=log) as process:
            await process.wait()
        assert log.read_text().split() == ["out", "err"]

    async def test_limits_its_memory(self):
        hungry = [sys.executable, "-c", "bytearray(2 << 30)"]
        async with child_process.started(hungry, memory_gib=1) as process:
            await process.communicate()
        assert process.returncode == 1

    async def test_dies_with_a_killed_parent(self):
        parent = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SUPERVISOR, stdout=asyncio.subprocess.PIPE
        )
        pids = await _pids(parent)
        assert _alive(pids) == pids
        parent.kill()
        await parent.wait()

        async def gone():
            return not _alive(pids)

        await until(gone, seconds=30)


class TestTerminating:
    async def test_lets_a_program_leave_by_itself(self):
        async with child_process.started(["sleep", "600"]) as process:
            await child_process.terminate(process, grace_seconds=60)
            assert process.returncode == -signal.SIGTERM

    async def test_kills_the_one_that_does_not(self):
        async with child_process.started([sys.executable, "-c", STUBBORN]) as process:
            pids = await _pids(process)
            await child_process.terminate(process, grace_seconds=0.3)
            assert process.returncode == -signal.SIGKILL

            async def gone():
                return not _alive(pids)

            await until(gone, seconds=30)


class TestEnvironment:
    async def test_has_the_way_to_the_hub_for_programs_that_fetch_models_only(self, monkeypatch):
        names = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        for name in (*names, "PYTORCH_ALLOC_CONF", "CUBLAS_WORKSPACE_CONFIG"):
            monkeypatch.setenv(name, "x")
        for access in (True, False):
            async with child_process.started(
                ["env"], model_access=access, variables={"CUDA_VISIBLE_DEVICES": "GPU-a"}
            ) as process:
                printed = (await process.stdout.read()).decode().splitlines()
            assert all((f"{name}=x" in printed) == access for name in names)
            assert {"PYTORCH_ALLOC_CONF=x", "CUBLAS_WORKSPACE_CONFIG=x", "CUDA_VISIBLE_DEVICES=GPU-a"} <= set(
                printed
            )
