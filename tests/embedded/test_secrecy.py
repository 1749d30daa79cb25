"""Programs that run as the same user as their supervisor cannot read it."""

import pytest

from tests.embedded.machine import IS_ROOT, Machine

SECRET = "postgresql+asyncpg://lora_app:hush@database/lora"
# prints every way that is open; attaching also fails where a system lets nobody attach to a parent
SPY = """
import ctypes, os
parent, seize = os.getppid(), 0x4206  # attaches without a stop
for name in ("environ", "mem", "maps"):
    try:
        with open(f"/proc/{parent}/{name}", "rb") as file:
            file.read(1 if name != "mem" else 0)
        print(name)
    except OSError:
        pass
if ctypes.CDLL(None).ptrace(seize, parent, None, None) == 0:
    print("ptrace")
"""
PARENT = f"""
import subprocess, sys
def spy():
    print(subprocess.run([sys.executable, "-c", {SPY!r}], capture_output=True, text=True).stdout)
"""
AS_COMMAND = f"""{PARENT}
from app.cli import main as command
command.cli = spy
command.main()
"""
AS_ARQ = f"""{PARENT}
from workers import main
assert main.WorkerSettings["queue_name"]
spy()
"""


@pytest.fixture
def machine(tmp_path):
    """This machine, as an ordinary user."""
    there = Machine(user="nobody" if IS_ROOT else "")
    there.variables = {"LORA_REDIS_URL": "redis://localhost:6379", "LORA_DATABASE_URL": SECRET}
    if IS_ROOT:
        there.open_to_others(tmp_path / "seen")
    return there


class TestSupervisors:
    @pytest.mark.parametrize("program", [AS_COMMAND, AS_ARQ], ids=["lora", "arq"])
    def test_cannot_be_read_by_their_programs(self, machine, program):
        ran = machine.run(program)
        assert (ran.returncode, ran.stdout.split()) == (0, []), ran.stderr

    def test_could_be_read_otherwise(self, machine):
        """The spy sees what a process of the same user does not hide."""
        assert {"environ", "mem", "maps"} <= set(machine.run(f"{PARENT}\nspy()").stdout.split())
