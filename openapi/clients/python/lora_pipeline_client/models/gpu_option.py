from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.gpu_type import GpuType

T = TypeVar("T", bound="GpuOption")


@_attrs_define
class GpuOption:
    """A GPU type with its price, USD per GPU-hour.

    Attributes:
        description (str):
        hourly_rate (float):
        id (GpuType): A GPU that a job can be priced on.
        is_default (bool):
        label (str):
        memory_gb (int):
        throughput_tokens_per_sec (int):
    """

    description: str
    hourly_rate: float
    id: GpuType
    is_default: bool
    label: str
    memory_gb: int
    throughput_tokens_per_sec: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        description = self.description

        hourly_rate = self.hourly_rate

        id = self.id.value

        is_default = self.is_default

        label = self.label

        memory_gb = self.memory_gb

        throughput_tokens_per_sec = self.throughput_tokens_per_sec

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "description": description,
                "hourly_rate": hourly_rate,
                "id": id,
                "is_default": is_default,
                "label": label,
                "memory_gb": memory_gb,
                "throughput_tokens_per_sec": throughput_tokens_per_sec,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        description = d.pop("description")

        hourly_rate = d.pop("hourly_rate")

        id = GpuType(d.pop("id"))

        is_default = d.pop("is_default")

        label = d.pop("label")

        memory_gb = d.pop("memory_gb")

        throughput_tokens_per_sec = d.pop("throughput_tokens_per_sec")

        gpu_option = cls(
            description=description,
            hourly_rate=hourly_rate,
            id=id,
            is_default=is_default,
            label=label,
            memory_gb=memory_gb,
            throughput_tokens_per_sec=throughput_tokens_per_sec,
        )

        gpu_option.additional_properties = d
        return gpu_option

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
