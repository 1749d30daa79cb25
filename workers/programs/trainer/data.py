"""Encode the validated file to token ids, split into training and validation examples."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import torch

from app.adapters.chat_models import ChatModel, end_tokens
from app.domain.fit import Fit, FitCounter
from app.domain.records.examples import read_examples
from app.domain.records.shapes import Example, Shape
from app.domain.split import held_out
from app.domain.templates.chat_template import ChatTemplate, LeftOut
from app.domain.templates.notes import NOTES
from workers.programs.trainer.failures import Failure
from workers.run_dir import DatasetSpec, sha256_of

_PORTION_BYTES = 2**20


class Row(NamedTuple):
    """One encoded sequence: its ids (int32), and its loss mask (bool)."""

    ids: torch.Tensor
    trained: torch.Tensor


Record = tuple[Row, ...]  # an example: one sequence, or several that are trained in the same step


@dataclass
class Data:
    """The encoded file; an example with nothing left to train is None at its position.

    Positions matter where the plan counts them: a batch with such an example is smaller, and the number of
    steps stays.
    """

    train: list[Record | None] = field(default_factory=list)
    validation: list[Record] = field(default_factory=list)
    findings: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)  # by the code of the reason
    counted: FitCounter = field(default_factory=FitCounter)

    def fit(self, base_model: str, max_length: int) -> Fit:
        """Sum up what is trained and what is left out, and why."""
        return self.counted.fit(base_model, max_length, held_out=len(self.validation))

    def close_gaps(self, steps: int, *, batch_size: int) -> None:
        """Leave no place to examples that are left out, where an epoch of so many steps has none for them."""
        records: list[Record | None] = [record for record in self.train if record is not None]
        if ceil(len(records) / batch_size) == steps:
            self.train = records


@dataclass(frozen=True)
class Encoder:
    """A base model's chat template and tokenizer, and the maximum number of tokens of an example."""

    model: ChatModel
    max_length: int


def encoder(tokenizer: Any, max_length: int, end_ids: Any = None) -> Encoder:
    """Make an encoder from a Hugging Face tokenizer; raises ChatTemplateError.

    `end_ids` are the tokens that end a generation, one or several, from the model's generation config.
    """
    source = tokenizer.backend_tokenizer.to_str()
    template = ChatTemplate(
        tokenizer.chat_template or "",
        bos_token=tokenizer.bos_token or "",
        eos_token=tokenizer.eos_token or "",
        end_tokens=end_tokens(source, end_ids),
    )
    return Encoder(ChatModel(source, template), max_length)


def check_unchanged(path: Path, sha256: str) -> None:
    """Check that the file is the validated one; raises Failure."""
    if sha256_of(path) != sha256:
        raise Failure("dataset_changed", "The dataset is not the file that was validated.")


def load_data(path: Path, spec: DatasetSpec, *, encoder: Encoder) -> Data:
    """Encode the file, and count what is left out of training."""
    ids = (example.conversation_id for example in _examples(path, spec))
    validation_ids = held_out(ids, spec.validation_split)
    data, reasons = Data(), dict[str, str]()
    for example in _examples(path, spec):
        try:
            record = _record(example, encoder, data)
        except LeftOut as reason:
            record = None
            data.left_out[reason.code] += 1
            data.counted.add_left_out(example.line, code=reason.code, message=str(reason))
            reasons.setdefault(reason.code, str(reason).removesuffix("."))
        if example.conversation_id not in validation_ids:
            data.train.append(record)
        elif record is not None:
            data.validation.append(record)
    for code, count in data.left_out.items():
        data.findings[f"are left out of training: {reasons[code]}"] = count
    return data


def _examples(path: Path, spec: DatasetSpec) -> Iterator[Example]:
    with path.open("rb") as file:
        yield from read_examples(iter(partial(file.read, _PORTION_BYTES), b""), Shape(spec.shape))


def _record(example: Example, encoder: Encoder, data: Data) -> Record:
    encoded = encoder.model.encode(example, max_length=encoder.max_length)
    tokens = encoder.model.count(example)[0] if encoded.truncated else encoded.tokens
    data.counted.add_trained(
        example.line,
        tokens=tokens,
        trained_tokens=encoded.trained_tokens,
        truncated=encoded.truncated,
        notes=encoded.notes,
    )
    for note in encoded.notes:
        data.findings[f"have this note: {NOTES[note].removesuffix('.')}"] += 1
    if encoded.truncated:
        data.findings[f"cut to {encoder.max_length} tokens, oldest turns first"] += 1
    return tuple(
        Row(torch.tensor(sequence.ids, dtype=torch.int32), torch.tensor(sequence.mask))
        for sequence in encoded.sequences
    )


def rows_of(records: Iterable[Record | None]) -> list[Row]:
    """List the sequences of the examples that are trained."""
    return [row for record in records if record is not None for row in record]
