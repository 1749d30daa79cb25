"""Which lines of progress are believed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from workers.reports import check
from workers.run_dir import ProgressEvent

METRIC = {"step": 3, "epoch": 1, "training_loss": 2.5, "tokens_seen": 100}
CHECKPOINT = {"step": 3, "epoch": 1, "path": "checkpoints/step-3", "training_loss": None, "size_bytes": 9}
DONE = {"steps": 3, "epochs_completed": 1, "first_training_loss": 2.0, "final_training_loss": 1.0}
ERROR = {"failure_code": "disk_full", "message": "Full\0.", "remedies": ["Free some."]}


def line(type: Any, data: dict[str, Any]) -> ProgressEvent:
    return ProgressEvent(seq=1, at=datetime.now(UTC), type=type, data=data)


class TestCheck:
    @pytest.mark.parametrize(
        ("type", "data"),
        [
            ("metric", METRIC),
            ("metric", {"step": 10, "epoch": 1, "training_loss": None}),
            ("checkpoint", CHECKPOINT),
            ("done", {**DONE, "files": ["README.md"]}),
            ("error", ERROR),
            ("log", {"level": "info", "message": "a\0b"}),
            ("stage", {"stage": "training", "hardware": {"device": "cpu", "count": 2, "memory_gb": None}}),
        ],
    )
    def test_lets_pass_what_programs_say(self, type, data):
        check(line(type, data), total_steps=10)

    @pytest.mark.parametrize(
        ("type", "data"),
        [
            ("metric", {"training_loss": 1.0}),
            ("metric", METRIC | {"step": 11}),
            ("metric", METRIC | {"step": 0}),
            ("metric", METRIC | {"training_loss": "2.5"}),
            ("metric", METRIC | {"tokens_seen": 2**63}),
            ("metric", METRIC | {"note": "anything"}),
            ("checkpoint", CHECKPOINT | {"path": "checkpoints/../../etc"}),
            ("checkpoint", CHECKPOINT | {"path": "/checkpoints/step-3"}),
            ("checkpoint", CHECKPOINT | {"epoch": "first"}),
            ("done", DONE | {"final_training_loss": None}),
            ("done", DONE | {"steps": 11}),
            ("error", ERROR | {"failure_code": "haha"}),
            ("error", ERROR | {"remedies": "abc"}),
            ("log", {"level": "loud", "message": "a"}),
            ("stage", {"stage": "completed"}),
            ("stage", {"stage": "training", "hardware": {"name": "\0"}}),
        ],
    )
    def test_refuses_what_cannot_be(self, type, data):
        with pytest.raises(msgspec.ValidationError):
            check(line(type, data), total_steps=10)
