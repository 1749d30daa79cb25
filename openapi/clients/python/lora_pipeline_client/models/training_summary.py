from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrainingSummary")


@_attrs_define
class TrainingSummary:
    """The time and steps that the training took.

    Attributes:
        epochs_completed (int):
        final_loss (float | None):
        total_cost (float):
        total_steps (int):
        training_duration_hours (float):
    """

    epochs_completed: int
    final_loss: float | None
    total_cost: float
    total_steps: int
    training_duration_hours: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        epochs_completed = self.epochs_completed

        final_loss: float | None
        final_loss = self.final_loss

        total_cost = self.total_cost

        total_steps = self.total_steps

        training_duration_hours = self.training_duration_hours

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "epochs_completed": epochs_completed,
                "final_loss": final_loss,
                "total_cost": total_cost,
                "total_steps": total_steps,
                "training_duration_hours": training_duration_hours,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        epochs_completed = d.pop("epochs_completed")

        def _parse_final_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        final_loss = _parse_final_loss(d.pop("final_loss"))

        total_cost = d.pop("total_cost")

        total_steps = d.pop("total_steps")

        training_duration_hours = d.pop("training_duration_hours")

        training_summary = cls(
            epochs_completed=epochs_completed,
            final_loss=final_loss,
            total_cost=total_cost,
            total_steps=total_steps,
            training_duration_hours=training_duration_hours,
        )

        training_summary.additional_properties = d
        return training_summary

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
