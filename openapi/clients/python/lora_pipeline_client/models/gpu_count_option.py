from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="GpuCountOption")


@_attrs_define
class GpuCountOption:
    """How many GPUs.

    Attributes:
        default (int):
        help_ (str):
        max_ (int):
        min_ (int):
        step (int):
    """

    default: int
    help_: str
    max_: int
    min_: int
    step: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        default = self.default

        help_ = self.help_

        max_ = self.max_

        min_ = self.min_

        step = self.step

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "default": default,
                "help": help_,
                "max": max_,
                "min": min_,
                "step": step,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        default = d.pop("default")

        help_ = d.pop("help")

        max_ = d.pop("max")

        min_ = d.pop("min")

        step = d.pop("step")

        gpu_count_option = cls(
            default=default,
            help_=help_,
            max_=max_,
            min_=min_,
            step=step,
        )

        gpu_count_option.additional_properties = d
        return gpu_count_option

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
