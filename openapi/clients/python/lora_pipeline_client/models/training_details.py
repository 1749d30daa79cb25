from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrainingDetails")


@_attrs_define
class TrainingDetails:
    """The training behind the price.

    Attributes:
        dataset_name (str):
        estimated_throughput_tokens_per_sec (int):
        steps_per_epoch (int):
        total_steps (int):
    """

    dataset_name: str
    estimated_throughput_tokens_per_sec: int
    steps_per_epoch: int
    total_steps: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dataset_name = self.dataset_name

        estimated_throughput_tokens_per_sec = self.estimated_throughput_tokens_per_sec

        steps_per_epoch = self.steps_per_epoch

        total_steps = self.total_steps

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dataset_name": dataset_name,
                "estimated_throughput_tokens_per_sec": estimated_throughput_tokens_per_sec,
                "steps_per_epoch": steps_per_epoch,
                "total_steps": total_steps,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dataset_name = d.pop("dataset_name")

        estimated_throughput_tokens_per_sec = d.pop("estimated_throughput_tokens_per_sec")

        steps_per_epoch = d.pop("steps_per_epoch")

        total_steps = d.pop("total_steps")

        training_details = cls(
            dataset_name=dataset_name,
            estimated_throughput_tokens_per_sec=estimated_throughput_tokens_per_sec,
            steps_per_epoch=steps_per_epoch,
            total_steps=total_steps,
        )

        training_details.additional_properties = d
        return training_details

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
