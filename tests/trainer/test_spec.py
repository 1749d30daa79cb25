"""The hyperparameters of a job as the trainer reads them."""

import msgspec
import pytest

from app.domain.catalog import PresetId, resolve
from workers.programs.trainer.spec import EarlyStopping, Hyperparameters, parse_hyperparameters


class TestHyperparameters:
    def test_are_the_balanced_preset_where_nothing_is_given(self) -> None:
        _, balanced = resolve(PresetId.BALANCED, {})
        assert parse_hyperparameters(balanced) == parse_hyperparameters({})

    def test_take_null_as_missing(self) -> None:
        assert parse_hyperparameters({"max_seq_length": None, "rank": None}) == Hyperparameters()

    def test_read_early_stopping(self) -> None:
        found = parse_hyperparameters({"early_stopping": {"patience": 3, "min_delta": 0.01}})
        assert found.early_stopping == EarlyStopping(patience=3, min_delta=0.01)

    def test_refuse_an_unknown_schedule(self) -> None:
        with pytest.raises(msgspec.ValidationError, match="lr_scheduler"):
            parse_hyperparameters({"lr_scheduler": "sawtooth"})

    @pytest.mark.parametrize(
        ("wanted", "context", "length"),
        [(None, 131_072, 2048), (None, 1024, 1024), (512, 2048, 512), (4096, 2048, 2048)],
    )
    def test_keep_examples_within_the_context(self, wanted: int | None, context: int, length: int) -> None:
        assert Hyperparameters(max_seq_length=wanted).seq_length(context) == length
