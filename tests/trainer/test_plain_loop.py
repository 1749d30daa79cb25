"""The trainer against forty lines of transformers, PEFT and AdamW: padded, no packing, the same batches."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.domain.records.examples import read_examples
from app.domain.records.shapes import Shape
from app.domain.split import held_out
from tests.trainer.runs import CACHE, ROOT, SPLIT, TINY, chats, make_run, real_model, said
from workers.programs.trainer import loop
from workers.programs.trainer.batches import epoch_order
from workers.programs.trainer.demo_model import ensure_model
from workers.programs.trainer.progress import Progress
from workers.programs.trainer.run import _prepare
from workers.run_dir import BaseModelSpec, read_spec

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]
HARBOUR = (ROOT / "app" / "samples" / "harbour.jsonl").read_bytes()
BATCH, EPOCHS, RANK, RATE, SEED = 4, 2, 8, 2e-4, 7
Weights = dict[str, torch.Tensor]


def trainer(folder: Path, data: bytes, base: BaseModelSpec) -> tuple[Weights, list[float], Weights]:
    """Ours: the adapter at first, the losses, the adapter at the end."""
    constant = {"lr_scheduler": "constant", "warmup_ratio": 0.0, "dropout": 0.0, "weight_decay": 0.01}
    sizes = {"batch_size": BATCH, "epochs": EPOCHS, "rank": RANK, "alpha": 2 * RANK, "seed": SEED}
    run_dir = make_run(folder / "run", data, base_model=base, learning_rate=RATE, **constant, **sizes)
    with closing(Progress(run_dir)) as progress:
        progress.restore(None)
        run = _prepare(run_dir, read_spec(run_dir), progress=progress)
        first = {name: weight.clone() for name, weight in adapter_of(run.model).items()}
        loop.train(run)
    losses = [point["training_loss"] for point in said(run_dir, "metric")]
    return first, losses, adapter_of(run.model)


def plain(folder: Path, data: bytes, first: Weights) -> tuple[list[float], Weights]:
    """The loop that anybody would write, on the same batches in the same order."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), config)
    set_peft_model_state_dict(model, first)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.01)
    losses = []
    for texts in batches(data):
        rows = [encoded(tokenizer, *text) for text in texts]
        length = max(len(ids) for ids, _ in rows)
        pad = [length - len(ids) for ids, _ in rows]
        ids = torch.tensor([ids + [0] * more for (ids, _), more in zip(rows, pad, strict=True)])
        labels = torch.tensor([found + [-100] * more for (_, found), more in zip(rows, pad, strict=True)])
        seen = torch.tensor([[1] * (length - more) + [0] * more for more in pad])
        loss = model(input_ids=ids, attention_mask=seen, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses, adapter_of(model)


def adapter_of(model: Any) -> Weights:
    return dict(get_peft_model_state_dict(model, save_embedding_layers=False))


def batches(data: bytes) -> Iterator[list[tuple[str, str]]]:
    """Question and reply of each record, batch by batch, in the trainer's order."""
    records = list(read_examples(data.splitlines(keepends=True), Shape.MESSAGES))
    apart = held_out((record.conversation_id for record in records), SPLIT)
    kept = [record for record in records if record.conversation_id not in apart]
    texts = [(record.turns[0].content, record.turns[1].content) for record in kept]
    for epoch in range(EPOCHS):
        order = epoch_order(len(texts), SEED, epoch=epoch)
        for start in range(0, len(order), BATCH):
            yield [texts[index] for index in order[start : start + BATCH]]


def encoded(tokenizer: Any, question: str, reply: str) -> tuple[list[int], list[int]]:
    """Ids and labels: the reply and the token that ends it are trained, and nothing else."""
    prompt = tokenizer.apply_chat_template(
        [{"role": "user", "content": question}], add_generation_prompt=True, tokenize=False
    )
    asked = tokenizer(prompt, add_special_tokens=False).input_ids
    replied = tokenizer(reply + tokenizer.eos_token, add_special_tokens=False).input_ids
    return asked + replied, [-100] * len(asked) + replied


def compare(tmp_path: Path, data: bytes, base: BaseModelSpec, folder: Path) -> None:
    first, ours, adapter = trainer(tmp_path, data, base)
    losses, other = plain(folder, data, first)
    assert len(ours) == len(losses) >= 10
    differences = [abs(one - two) for one, two in zip(ours, losses, strict=True)]
    furthest = max((adapter[name] - other[name]).abs().max().item() for name in adapter)
    figures = {"steps": len(ours), "loss": max(differences), "adapter": furthest}
    sys.stdout.write(f"{figures}\n")
    assert adapter.keys() == other.keys()
    assert ours[-1] < ours[0]
    assert max(differences) <= 1e-4, figures
    assert furthest <= 1e-3, figures


class TestTrainer:
    def test_takes_the_steps_of_a_plain_loop_on_the_tiny_model(self, tmp_path: Path) -> None:
        compare(tmp_path, chats(), TINY, ensure_model(CACHE))

    def test_takes_the_steps_of_a_plain_loop_on_a_real_model(self, tmp_path: Path) -> None:
        folder = real_model()
        compare(tmp_path, HARBOUR, BaseModelSpec(id="smollm2-135m-instruct"), folder)
