from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Hardware")


@_attrs_define
class Hardware:
    """The hardware that training ran on, which may differ from the priced one.

    Attributes:
        count (int):
        device (str):
        memory_gb (float | None):
        name (str):
    """

    count: int
    device: str
    memory_gb: float | None
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        device = self.device

        memory_gb: float | None
        memory_gb = self.memory_gb

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "count": count,
                "device": device,
                "memory_gb": memory_gb,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        device = d.pop("device")

        def _parse_memory_gb(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        memory_gb = _parse_memory_gb(d.pop("memory_gb"))

        name = d.pop("name")

        hardware = cls(
            count=count,
            device=device,
            memory_gb=memory_gb,
            name=name,
        )

        hardware.additional_properties = d
        return hardware

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
