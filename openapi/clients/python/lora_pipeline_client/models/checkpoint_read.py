from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CheckpointRead")


@_attrs_define
class CheckpointRead:
    """A checkpoint from which training can resume.

    Attributes:
        attempt (int):
        epoch (int | None):
        is_kept (bool): False once newer ones replaced it in the store, or its job ended and it was removed.
        size_bytes (int | None):
        step (int):
        stored_at (datetime.datetime):
        training_loss (float | None):
        validation_loss (float | None):
    """

    attempt: int
    epoch: int | None
    is_kept: bool
    size_bytes: int | None
    step: int
    stored_at: datetime.datetime
    training_loss: float | None
    validation_loss: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        epoch: int | None
        epoch = self.epoch

        is_kept = self.is_kept

        size_bytes: int | None
        size_bytes = self.size_bytes

        step = self.step

        stored_at = self.stored_at.isoformat()

        training_loss: float | None
        training_loss = self.training_loss

        validation_loss: float | None
        validation_loss = self.validation_loss

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempt": attempt,
                "epoch": epoch,
                "is_kept": is_kept,
                "size_bytes": size_bytes,
                "step": step,
                "stored_at": stored_at,
                "training_loss": training_loss,
                "validation_loss": validation_loss,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempt = d.pop("attempt")

        def _parse_epoch(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        epoch = _parse_epoch(d.pop("epoch"))

        is_kept = d.pop("is_kept")

        def _parse_size_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        size_bytes = _parse_size_bytes(d.pop("size_bytes"))

        step = d.pop("step")

        stored_at = datetime.datetime.fromisoformat(d.pop("stored_at"))

        def _parse_training_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        training_loss = _parse_training_loss(d.pop("training_loss"))

        def _parse_validation_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        validation_loss = _parse_validation_loss(d.pop("validation_loss"))

        checkpoint_read = cls(
            attempt=attempt,
            epoch=epoch,
            is_kept=is_kept,
            size_bytes=size_bytes,
            step=step,
            stored_at=stored_at,
            training_loss=training_loss,
            validation_loss=validation_loss,
        )

        checkpoint_read.additional_properties = d
        return checkpoint_read

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
