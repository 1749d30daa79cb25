from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.gpu_type import GpuType
from ..types import UNSET, Unset

T = TypeVar("T", bound="GpuConfig")


@_attrs_define
class GpuConfig:
    """The price tag: which GPUs, and how many.

    Attributes:
        type_ (GpuType): A GPU that a job can be priced on.
        count (int | Unset):  Default: 1.
    """

    type_: GpuType
    count: int | Unset = 1

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_.value

        count = self.count

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = GpuType(d.pop("type"))

        count = d.pop("count", UNSET)

        gpu_config = cls(
            type_=type_,
            count=count,
        )

        return gpu_config
