"""Training that fails for real: with a code, a sentence and remedies, and no harm to its worker."""

import asyncio
import contextlib
import hashlib
import json
import signal
import struct
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from app.adapters.auth import make_token
from app.adapters.backends import BACKENDS
from app.adapters.storage import DATASETS
from app.models.base import utcnow
from app.services.events import logs
from app.settings import get_settings
from tests.conftest import SWEEP_SECONDS, User, until
from tests.factories import job_body, make_dataset
from tests.trainer.runs import CACHE, chats
from workers import main as worker_process
from workers.programs.trainer.demo_model import ensure_model
from workers.programs.trainer.failures import as_failure
from workers.training import supervisor

pytest.importorskip("torch")
pytestmark = pytest.mark.train

POISONED, MISSING = "qwen2.5-0.5b-instruct", "qwen3-0.6b"
BUDGET = 2
STALL_SECONDS = 8.0  # a trainer that lives shows it every 2 s
LOG_BYTES, FLOOD_BYTES = 2**18, 2**24
EIGHT = chats(8)
NO_ROOM = {
    "failure_code": "out_of_memory",
    "message": "The second GPU is full.",
    "remedies": ["Free the second GPU."],
}
DONE = {"steps": 1, "epochs_completed": 1, "first_training_loss": 2.0, "final_training_loss": 1.0}
ONE_STEP = {"epochs": 1, "batch_size": 8, "max_seq_length": 128}
FULL = {"failure_code": "disk_full", "message": "Full.", "remedies": ["Free some space."]}
NAN = struct.pack("<f", float("nan"))

# programs that end as the real trainer, after something went wrong around it; a run directory follows
TIGHT = """
import pathlib, resource, sys
from workers.programs.trainer.__main__ import main
from workers.programs.trainer.progress import Progress
with Progress(pathlib.Path(sys.argv[1])).heartbeats():
    import workers.programs.trainer.run
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + (80 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
sys.exit(main(sys.argv))
"""
TRAIN = f'exec {sys.executable} -m workers.programs.trainer "$0"'
FULL_DISK = f'ln -s /dev/full "$0/verification.json"; {TRAIN}'
GARBAGE = 'echo "Segmentation fault" >> "$0/progress.jsonl"; sleep 600'
SAY = 'printf "%s\\n" "$0" >> "$1/progress.jsonl"; sleep 600'
BESIDE = 'mkdir "$1/rank-1"; printf "%s\\n" "$0" > "$1/rank-1/progress.jsonl"; exit 1'
UNREADABLE = """
cd "$1"; mkdir artifacts stored; echo > artifacts/file; ln -s /dev/full stored/file
echo "$0" >> progress.jsonl
"""
NOISE = f'yes "$(printf %0200d 0)" | head -c {FLOOD_BYTES}; (sh -c "sleep 600; : $0" &); {TRAIN}'


class Sabotaged:
    """The local backend, with another program for some jobs."""

    def __init__(self):
        self.local, self.programs = BACKENDS["local"], dict[str, list[str]]()

    def train(self, run_dir):
        job_id = Path(run_dir).name[:36]
        program = self.programs.get(job_id)
        return [*program, run_dir] if program else self.local.train(run_dir)

    def verify(self, run_dir, adapter_dir):
        return None  # that adapters load is proven elsewhere


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory):
    """The demo model, and one of its shape whose every weight is not a number."""
    folder, demo = tmp_path_factory.mktemp("models"), ensure_model(CACHE)
    (folder / demo.name).symlink_to(demo)
    (folder / POISONED).mkdir()
    for path in demo.iterdir():
        content = path.read_bytes()
        if path.suffix == ".safetensors":
            header = 8 + struct.unpack_from("<Q", content)[0]
            content = content[:header] + NAN * ((len(content) - header) // len(NAN))
        (folder / POISONED / path.name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def backend(settings):
    """Jobs that are created now train for real, with small limits and no network."""
    sabotaged = Sabotaged()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"LORA_TRAINER": "local", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}.items():
            patch.setenv(name, value)
        patch.setitem(BACKENDS, "local", sabotaged)
        patch.setattr(supervisor, "_STALL_SECONDS", STALL_SECONDS)
        patch.setattr(logs, "MAX_BYTES", LOG_BYTES)
        get_settings.cache_clear()
        yield sabotaged
    get_settings.cache_clear()


@pytest.fixture(scope="module")
async def owner(app, settings):
    id = uuid4()
    token = make_token(settings.jwt_secret.get_secret_value(), id, ttl_seconds=3600)
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield User(id, client)


@pytest.fixture(scope="module")
def queue_job(owner, backend, database, storage):
    """A function that queues a job of one step, run by another program when one is given."""

    async def queue(*program, content=EIGHT, hyperparameters=ONE_STEP, **values):
        dataset = await make_dataset(
            database,
            owner.id,
            detected_format="messages",
            content_sha256=hashlib.sha256(content).hexdigest(),
            total_training_pairs=len(content.splitlines()),
            validation_split=0,
        )
        await storage.put(DATASETS, dataset.storage_path, content)
        body = job_body(dataset.id, hyperparameters=hyperparameters, **values)
        job = await owner.ok("POST", "/api/jobs", 201, json=body)
        if program:
            backend.programs[job["id"]] = list(program)
        return job["id"]

    return queue


@pytest.fixture(scope="module")
async def failing(queue_job, models_dir, settings, owner):
    """One job for each way to fail, all queued before their worker starts."""
    long = {"epochs": 1, "batch_size": 8, "max_seq_length": 2048}
    jobs = {
        "killed": await queue_job(),
        "hung": await queue_job(),
        "garbage": await queue_job("sh", "-c", GARBAGE),
        "memory": await queue_job(sys.executable, "-c", TIGHT, content=_long_chats(8), hyperparameters=long),
        "poisoned": await queue_job(base_model=POISONED),
        "missing": await queue_job(base_model=MISSING),
        "disk": await queue_job("sh", "-c", FULL_DISK),
        "shapeless": await queue_job("sh", "-c", SAY, _line("metric", training_loss=1)),
        "nul": await queue_job("sh", "-c", SAY, _line("error", **FULL | {"message": "Full\0."})),
        "beside": await queue_job("sh", "-c", BESIDE, _line("error", **NO_ROOM)),
        "worker": await queue_job("sh", "-c", UNREADABLE, _line("done", **DONE)),
    }
    limits = {"models_dir": models_dir, "failure_budget": BUDGET, "worker_slots": 4}
    async with AsyncExitStack() as stack:
        swift = settings.model_copy(update={**limits, "sweep_seconds": SWEEP_SECONDS})
        dispatcher = await worker_process.open_worker(swift, stack)
        signals = {"killed": signal.SIGKILL, "hung": signal.SIGSTOP}
        plagues = [asyncio.create_task(_plague(jobs[name], signum)) for name, signum in signals.items()]
        yield jobs
        for plague in plagues:
            plague.cancel()
        for job_id in jobs.values():  # where one has not ended, no later worker shall meet it
            await owner.client.post(f"/api/jobs/{job_id}/cancel", json={})
        await dispatcher.drain()


@pytest.fixture(scope="module")
def ended(owner):
    """A function that waits for the end of a job; the job as the API shows it."""

    async def wait(job_id, *, seconds=90):
        async def over():
            job = await owner.ok("GET", f"/api/jobs/{job_id}")
            return job if job["completed_at"] else None

        return await until(over, seconds=seconds)

    return wait


@pytest.fixture(scope="module")
async def noisy(failing, ended, queue_job):
    """The last job, whose program floods its output and leaves a daemon; the job and that daemon."""
    for name, job_id in failing.items():
        if name != "worker":
            await ended(job_id)
    job_id = await queue_job("sh", "-c", NOISE)

    async def daemon():
        found = [program for program in _programs(job_id) if program.cmdline()[-1].startswith("sleep")]
        return found if len(found) == 1 else None  # a child looks like its parent until it runs `sleep`

    [left_behind] = await until(daemon)
    return await ended(job_id), left_behind


class TestFailing:
    @pytest.fixture
    def fails(self, failing, ended):
        """Wait for one of them to fail; the job, its cause in words included."""

        async def failed(name, code, *, attempts=1):
            job = await ended(failing[name])
            assert (job["status"], job["failure_code"]) == ("failed", code), job["error_message"]
            assert job["remedies"]
            assert all(len(remedy.split()) > 2 for remedy in job["remedies"])
            assert (job["attempt"], job["artifact"]) == (attempts, None)
            return job

        return failed

    async def test_for_want_of_memory(self, fails):
        job = await fails("memory", "out_of_memory")
        assert "allocate memory" in job["error_message"]

    async def test_on_weights_that_are_no_numbers(self, fails):
        job = await fails("poisoned", "base_model_unsupported")
        assert job["error_message"].endswith("its logits are no numbers in float32.")

    async def test_without_its_base_model(self, fails):
        job = await fails("missing", "base_model_unavailable")
        assert MISSING in job["error_message"]
        assert "LORA_MODELS_DIR" in job["error_message"]

    async def test_on_a_full_disk(self, fails):
        job = await fails("disk", "disk_full")
        assert job["error_message"] == "The worker's disk is full."

    async def test_on_garbage_instead_of_progress(self, fails):
        job = await fails("garbage", "trainer_crashed", attempts=BUDGET)
        assert "cannot be read" in job["error_message"]

    async def test_when_its_program_is_killed_each_time(self, fails):
        job = await fails("killed", "trainer_crashed", attempts=BUDGET)
        assert job["error_message"] == "The trainer ended with exit code -9."

    async def test_when_its_program_hangs_each_time(self, fails):
        job = await fails("hung", "trainer_stalled", attempts=BUDGET)
        assert "no sign of life" in job["error_message"]

    async def test_on_progress_without_sense(self, fails):
        job = await fails("shapeless", "trainer_crashed", attempts=BUDGET)
        assert "cannot be read" in job["error_message"]

    async def test_in_words_that_no_database_takes(self, fails):
        await fails("nul", "disk_full")

    async def test_for_what_only_a_process_beside_the_first_one_knows(self, fails):
        job = await fails("beside", "out_of_memory")
        assert job["error_message"] == NO_ROOM["message"]

    async def test_on_a_disk_too_full_for_the_worker(self, fails):
        await fails("worker", "disk_full")

    def test_for_want_of_memory_to_map_a_model(self):
        said = "unable to mmap 1233526125 bytes from file <model.safetensors>: Cannot allocate memory (12)"
        assert as_failure(RuntimeError(said)).code == "out_of_memory"


class TestSurviving:
    """The worker that saw all of that trains on."""

    async def test_a_flood_of_output_that_its_log_bounds(self, noisy, owner):
        job, _ = noisy
        assert (job["status"], job["attempt"]) == ("completed", 1), job["error_message"]
        answer = await owner.client.get(f"/api/jobs/{job['id']}/logs", headers={"Accept": "text/plain"})
        lines = answer.text.splitlines()
        assert 0.9 * LOG_BYTES < sum(len(line.split(" ", 2)[2]) for line in lines) < 1.1 * LOG_BYTES
        assert f"The log is cut here: a job keeps {LOG_BYTES} bytes of it." in lines[-1]

    async def test_a_daemon_that_is_killed_with_its_group(self, noisy):
        _, daemon = noisy
        assert not daemon.is_running() or daemon.status() == psutil.STATUS_ZOMBIE

    async def test_without_a_program_or_a_folder_left(self, noisy, failing, settings):
        job_ids = [*failing.values(), noisy[0]["id"]]
        assert [program for job_id in job_ids for program in _programs(job_id)] == []
        assert list((settings.data_dir / "runs").iterdir()) == []


async def _plague(job_id, signum):
    """Send every program of the job this signal as soon as it shows."""
    while True:
        for program in _programs(job_id):
            with contextlib.suppress(psutil.NoSuchProcess):
                program.send_signal(signum)
        await asyncio.sleep(0.2)


def _line(type, **data):
    """One line of progress."""
    return json.dumps({"seq": 1, "at": utcnow().isoformat(), "type": type, "data": data})


def _programs(job_id):
    """The live programs that work in a run directory of the job."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if job_id in " ".join(process.cmdline()):
                found.append(process)
    return found


def _long_chats(count):
    """Conversations that almost fill the demo model's context."""
    said = [("user", "What next?"), ("assistant", "one idea at a time, and then a rest. " * 150)]
    messages = [{"role": role, "content": content} for role, content in said]
    return b"".join(json.dumps({"messages": messages}).encode() + b"\n" for _ in range(count))
