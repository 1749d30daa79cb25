"""Hyperparameters of a job as the trainer reads them, with their defaults."""

from typing import Any, Literal

import msgspec

DEFAULT_SEQ_LENGTH = 2048  # tokens; the base model's context when that is shorter


class EarlyStopping(msgspec.Struct, frozen=True):
    """Stop after `patience` epochs in a row that lower the validation loss by no more than this."""

    patience: int = 2
    min_delta: float = 0.0  # nats


class Hyperparameters(msgspec.Struct, frozen=True, kw_only=True):
    """Hyperparameters; the defaults are the balanced preset."""

    learning_rate: float = 5e-5
    batch_size: int = 4  # examples per optimizer step
    epochs: int = 3
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.1
    warmup_ratio: float = 0.03
    weight_decay: float = 0.0
    lr_scheduler: Literal["constant", "linear", "cosine"] = "cosine"
    max_grad_norm: float = 1.0  # 0: no clipping
    target_modules: list[str] | None = None  # None: every linear layer but the output head
    seed: int = 42
    max_seq_length: int | None = None
    early_stopping: EarlyStopping | None = None
    eval_steps: int | None = None  # evaluate that often too, not only at the end of each epoch
    use_rslora: bool = False
    use_dora: bool = False

    def seq_length(self, context_length: int | None) -> int:
        """Return the maximum number of tokens of an example; some models have no longest context."""
        wanted = self.max_seq_length or DEFAULT_SEQ_LENGTH
        return min(wanted, context_length or wanted)


def parse_hyperparameters(given: dict[str, Any]) -> Hyperparameters:
    """Parse hyperparameters; null counts as missing. Raises msgspec.ValidationError."""
    known = {name: value for name, value in given.items() if value is not None}
    return msgspec.convert(known, Hyperparameters)
