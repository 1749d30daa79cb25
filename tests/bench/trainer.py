"""Our trainer beside TRL's SFTTrainer: tokens a second, step time and memory for the same work."""

import argparse
import hashlib
import json
import math
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from app.adapters.chat_models import ChatModel
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Example, Shape
from tests.bench.corpus import CACHE, ROOT, v4_lines
from tests.bench.report import Bar, console, machine, show, show_bars, table
from workers.programs.trainer.demo_model import ensure_tokenizer
from workers.run_dir import BaseModelSpec, DatasetSpec, Spec, read_progress, write_spec

PEERS = str(CACHE / "venv/bin/python")

_SAMPLE = ROOT / "app/samples/conversations.jsonl"
_EQ12 = ROOT.parent / "shared/data/eq12/EQ-12-conversations-demo.jsonl"
_OURS, _TRL = "ours", "TRL"
_WARM_UP = 2  # steps whose time is not counted
_TOLERANCE = 0.03  # of the first loss: the batches are not the same
_KNOBS = {
    "learning_rate": 1e-3,
    "rank": 16,
    "alpha": 32,
    "target_modules": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
}
_PLAIN = {"epochs": 1, "dropout": 0.0, "warmup_ratio": 0.0, "weight_decay": 0.0, "lr_scheduler": "constant"}
_TINY = {
    "num_hidden_layers": 4,
    "hidden_size": 256,
    "intermediate_size": 688,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "vocab_size": 32_000,
}
_LLAMA_8B = {
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "intermediate_size": 14_336,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128_256,
}


class Task(NamedTuple):
    """Which examples of a v4 file train which model; `lengths` are the fewest and the most tokens of one."""

    name: str
    lines: list[bytes]
    batch_size: int
    lengths: tuple[int, int]
    steps: int
    threads: int
    shape: dict[str, int] = _TINY
    cuda: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """One GPU or none, as many threads as the others, and no network."""
        devices = {"CUDA_VISIBLE_DEVICES": "0" if self.cuda else "", "OMP_NUM_THREADS": str(self.threads)}
        return {**os.environ, **devices, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


class Work(NamedTuple):
    """A task made ready: its model, its examples with the lines that hold them, and their tokens."""

    task: Task
    model: Path
    examples: list[Example]
    lines: list[bytes]
    tokens: int
    trained_tokens: int


class Ended(NamedTuple):
    """The kernel's figures of a program; `cores` is processor time by wall time, imports included."""

    peak_mib: float
    cores: float


class Run(NamedTuple):
    """Tokens (whole examples, no padding), seconds and loss of each step; on a GPU the peak is the GPU's."""

    tokens: list[int]
    seconds: list[float]
    losses: list[float]
    peak_mib: float
    cores: float
    versions: str = ""

    @property
    def rate(self) -> float:
        """Tokens a second."""
        return sum(self.tokens[_WARM_UP:]) / sum(self.seconds[_WARM_UP:])

    @property
    def step_seconds(self) -> float:
        return statistics.mean(self.seconds[_WARM_UP:])


def prepare(task: Task, tokenizer: Path) -> Work:
    """Take the first examples of the right length, as many as the steps need."""
    counter, (fewest, most) = ChatModel.load(tokenizer), task.lengths
    examples = read_examples(task.lines, Shape.BRIGHTRUN_LORA_V4)
    counted = ((example, *counter.count(example)) for example in examples)
    fitting = (row for row in counted if fewest <= row[1] <= most)
    chosen, tokens, trained = zip(*islice(fitting, task.batch_size * task.steps), strict=True)
    lines = [task.lines[number - 1] for number in (1, *(example.line for example in chosen))]
    return Work(task, _ensure_model(task, tokenizer), list(chosen), lines, sum(tokens), sum(trained))


def measure(work: Work, rounds: int) -> dict[str, list[Run]]:
    """All contenders in turn, round after round; raises ValueError when they did not do the same work."""
    found: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name, train in _contenders(work).items():
            with tempfile.TemporaryDirectory(dir=CACHE, prefix="trainer-") as folder:
                run = train(Path(folder))
            found.setdefault(name, []).append(run)
            _insist_on_same_work(name, run, ours=found[_OURS][0], tokens=work.tokens)
    return found


def _contenders(work: Work) -> dict[str, Callable[[Path], Run]]:
    """Ours, and TRL with its options; a step's packs hold about as many examples as a batch."""
    batch_tokens = work.tokens / len(work.examples) * work.task.batch_size
    packs = max(1, round(batch_tokens / work.task.lengths[1]))
    options: dict[str, dict[str, Any]] = {
        _TRL: {},
        "TRL, packing": {"packing": True, "per_device_train_batch_size": packs},
        "TRL, recomputing nothing": {"gradient_checkpointing": False},
    }
    if work.task.cuda:
        del options["TRL, recomputing nothing"]  # takes more memory than one GPU has
    peers = {name: partial(_run_trl, work, changed) for name, changed in options.items()}
    return {_OURS: partial(_run_ours, work), **peers}


def _insist_on_same_work(name: str, run: Run, *, ours: Run, tokens: int) -> None:
    if sum(run.tokens) != tokens:
        raise ValueError(f"{name} saw {sum(run.tokens)} tokens of {tokens}")
    if abs(run.losses[0] / ours.losses[0] - 1) > _TOLERANCE:
        raise ValueError(f"{name} begins at a loss of {run.losses[0]:.3f}, ours at {ours.losses[0]:.3f}")


def _run_ours(work: Work, folder: Path) -> Run:
    _write_run(work, folder)
    ended = _run([sys.executable, "-m", "workers.programs.trainer"], folder, task=work.task)
    points = [event.data for event in read_progress(folder, 0)[0] if event.type == "metric"]
    tokens = [after - before for before, after in pairwise([0, *(point["tokens_seen"] for point in points)])]
    seconds = [count / point["throughput"] for count, point in zip(tokens, points, strict=True)]
    losses = [point["training_loss"] for point in points]
    peak = points[-1]["memory_peak_bytes"] / 2**20 if work.task.cuda else ended.peak_mib
    return Run(tokens, seconds, losses, peak, ended.cores)


def _write_run(work: Work, folder: Path) -> None:
    task, data = work.task, b"".join(work.lines)
    (folder / "dataset.jsonl").write_bytes(data)
    spec = Spec(
        job_id="bench",
        attempt=1,
        base_model=BaseModelSpec(id="anchor", path=str(work.model)),
        dataset=DatasetSpec(
            id="bench",
            sha256=hashlib.sha256(data).hexdigest(),
            shape=Shape.BRIGHTRUN_LORA_V4,
            validation_split=0.0,
        ),
        hyperparameters={
            **_KNOBS,
            **_PLAIN,
            "batch_size": task.batch_size,
            "max_seq_length": task.lengths[1],
        },
        total_steps=math.ceil(len(work.examples) / task.batch_size),
    )
    write_spec(folder, spec)


def _run_trl(work: Work, options: dict[str, Any], folder: Path) -> Run:
    task = work.task
    config = {"max_length": task.lengths[1], "per_device_train_batch_size": task.batch_size, **options}
    plan = {**_KNOBS, "model": str(work.model), "config": config}
    (folder / "plan.json").write_text(json.dumps(plan))
    chats = ((example.messages[:-1], example.messages[-1:]) for example in work.examples)
    pairs = (json.dumps({"prompt": before, "completion": reply}) for before, reply in chats)
    (folder / "pairs.jsonl").write_text("\n".join(pairs))
    ended = _run([PEERS, "-m", "tests.bench.trl_peer"], folder, task=task)
    answer = json.loads((folder / "answer.json").read_bytes())
    if answer["trained_tokens"] != work.trained_tokens:
        raise ValueError(f"TRL trains {answer['trained_tokens']} tokens, ours {work.trained_tokens}")
    peak = answer["gpu_bytes"] / 2**20 if task.cuda else ended.peak_mib
    figures = answer["tokens"], answer["seconds"], answer["losses"]
    return Run(*figures, peak, ended.cores, answer["versions"])


def _run(argv: list[str], folder: Path, *, task: Task) -> Ended:
    """Run a program on a folder; raises ValueError with its last words when it fails."""
    log, began = folder / "output.log", time.perf_counter()
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*argv, str(folder)], stdout=output, stderr=output, cwd=ROOT, env=task.environment
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise ValueError(f"{argv[-1]} ended with {child.returncode}: {log.read_text()[-2000:]}")
    cores = (usage.ru_utime + usage.ru_stime) / (time.perf_counter() - began)
    return Ended(usage.ru_maxrss / 1024, cores)


def _ensure_model(task: Task, tokenizer: Path) -> Path:
    """The folder of a Llama with random weights and the demo's tokenizer, made once.

    In a process of its own: one that holds weights would lend its size to the peak of its children.
    """
    made_of = hashlib.sha256(f"{task.shape} {tokenizer.name}".encode()).hexdigest()[:12]
    folder = CACHE / "models" / f"llama-{task.shape['num_hidden_layers']}-layers-{made_of}"
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as making:
        made = shutil.copytree(tokenizer, Path(making) / folder.name)
        process = multiprocessing.get_context("spawn").Process(target=_write_model, args=(made, task))
        process.start()
        process.join()
        if process.exitcode:
            raise ValueError(f"could not make {folder}")
        made.rename(folder)
    return folder


def _write_model(folder: Path, task: Task) -> None:
    import torch  # noqa: PLC0415 - the measuring process stays small
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415

    torch.manual_seed(1)
    torch.set_default_dtype(torch.bfloat16 if task.cuda else torch.float32)
    with torch.device("cuda" if task.cuda else "cpu"):
        model = LlamaForCausalLM(LlamaConfig(**task.shape, max_position_embeddings=2048))
    model.save_pretrained(folder)


def compare(work: Work, rounds: int) -> list[Bar]:
    """Measure one task, show its table, and give its bars."""
    task, found = work.task, measure(work, rounds)
    medians = {name: _medians(runs) for name, runs in found.items()}
    ours, trl = medians[_OURS], medians[_TRL]
    made = table(
        "trainer", "tokens/s", "spread", "of TRL", "s a step", "peak MiB", "cores", "first loss", "last loss"
    )
    for name, (rate, step, peak, cores) in medians.items():
        rates = [run.rate for run in found[name]]
        speed = (f"{rate:,.0f}", f"{(max(rates) - min(rates)) / rate:.0%}", f"{rate / trl[0]:.2f}")
        losses = (f"{found[name][0].losses[place]:.3f}" for place in (0, -1))
        made.add_row(name, *speed, f"{step:.2f}", f"{peak:,.0f}", f"{cores:.2f}", *losses)
    examples = f"{len(work.examples)} examples in batches of {task.batch_size}"
    show(made, f"{task.name}: {examples}, {work.tokens:,} tokens, {work.trained_tokens:,} of them trained")
    console.print(f"Peer: {found[_TRL][0].versions}")
    return [
        Bar(f"f {task.name}: tokens/s, of TRL", 1.0 if task.cuda else 2.5, ours[0] / trl[0], "x"),
        Bar(f"f {task.name}: memory, of TRL", 1.0, ours[2] / trl[2], "x", at_most=True),
    ]


def _medians(runs: list[Run]) -> list[float]:
    figures = ((run.rate, run.step_seconds, run.peak_mib, run.cores) for run in runs)
    return [statistics.median(values) for values in zip(*figures, strict=True)]


def _tasks(steps: int, threads: int) -> Iterator[Task]:
    yield Task("sample", _SAMPLE.read_bytes().splitlines(keepends=True), 4, (1, 1024), steps, threads)
    if _EQ12.exists():  # two of its examples are as long as four of the sample
        yield Task("EQ-12", _EQ12.read_bytes().splitlines(keepends=True), 2, (1, 1024), steps, threads)
    asked = [sys.executable, "-c", "import sys, torch; sys.exit(not torch.cuda.is_available())"]
    if subprocess.run(asked, check=False).returncode == 0:
        lines = list(islice(v4_lines(), 400))
        yield Task("8B on CUDA", lines, 4, (1024, 2048), 8, threads, shape=_LLAMA_8B, cuda=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=4, help="on the CPU; the first two are not timed")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    console.print(machine("torch", "transformers", "peft"), soft_wrap=True)
    tokenizer = ensure_tokenizer(ROOT / ".cache/models")
    bars = []
    for task in _tasks(options.steps, options.threads):
        bars += compare(prepare(task, tokenizer), options.rounds)
    show_bars(bars)
    console.print(f"\nAt the end: {machine()}", soft_wrap=True)


if __name__ == "__main__":
    main()
