"""The main job with the real trainer: an adapter that loads elsewhere."""

import asyncio
import statistics
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.settings import get_settings
from tests.conftest import until
from tests.factories import SAMPLE, job_body, upload

pytest.importorskip("torch")
pytestmark = pytest.mark.train

SHORT = {"max_seq_length": 256}  # a third of the time of whole examples
LOAD = """
import sys
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
base, adapter = sys.argv[1:]
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter)
tokenizer = AutoTokenizer.from_pretrained(adapter)
messages = [{"role": "user", "content": "How do I start a vegetable patch?"}]
text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
prompt = tokenizer(text, return_tensors="pt", add_special_tokens=False)
print(model.generate(**prompt, max_new_tokens=3, do_sample=False).shape[1] - prompt["input_ids"].shape[1])
"""


@pytest.fixture
def real_trainer(settings, monkeypatch):
    """Jobs that are created now train for real."""
    cache = Path(__file__).parents[2] / ".cache" / "models"
    monkeypatch.setenv("LORA_TRAINER", "local")
    monkeypatch.setenv("LORA_MODELS_DIR", str(cache))
    get_settings.cache_clear()
    yield get_settings()
    monkeypatch.undo()
    get_settings.cache_clear()


class TestRealTraining:
    async def test_gives_an_adapter_that_loads_in_a_fresh_process(
        self, real_trainer, alice, worker, tmp_path
    ):
        dataset_id = await upload(alice, SAMPLE.read_bytes())

        async def ready():
            return (await alice.ok("GET", f"/api/datasets/{dataset_id}"))["dataset"]["training_ready"]

        await until(ready)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset_id, hyperparameters=SHORT))
        assert job["backend"] == "local"

        async def ended():
            current = await alice.ok("GET", f"/api/jobs/{job['id']}")
            return current if current["completed_at"] else None

        done = await until(ended, seconds=240)
        assert done["status"] == "completed", (done["failure_code"], done["error_message"])
        points = done["metrics"]
        assert [point["step"] for point in points] == list(range(1, done["total_steps"] + 1))
        assert _mean(points, epoch=3) < _mean(points, epoch=1)
        assert points[-1]["validation_loss"] is not None
        assert "priced_hardware_differs" in done["warnings"]

        files = await alice.ok("POST", f"/api/models/{done['artifact_id']}/download")
        assert files["manifest"]["verification"]["passed"] is True
        assert files["manifest"]["dataset"]["sha256"] == done["dataset_sha256"]
        async with httpx.AsyncClient() as store:
            for name, url in files["download_urls"].items():
                (tmp_path / name).write_bytes((await store.get(url)).content)
        base = next(real_trainer.models_dir.glob("tiny-llama-demo*/**/model.safetensors")).parent
        command = [sys.executable, "-c", LOAD, str(base), str(tmp_path)]
        loaded = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        assert loaded.stdout.strip() == "3", loaded.stderr[-2000:]


def _mean(points, *, epoch):
    return statistics.fmean(point["training_loss"] for point in points if point["epoch"] == epoch)
