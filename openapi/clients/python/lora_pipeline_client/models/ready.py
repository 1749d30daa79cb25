from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ready_status import ReadyStatus

if TYPE_CHECKING:
    from ..models.ready_parts import ReadyParts


T = TypeVar("T", bound="Ready")


@_attrs_define
class Ready:
    """Whether requests can be served, and by which parts.

    Attributes:
        parts (ReadyParts):
        status (ReadyStatus):
    """

    parts: ReadyParts
    status: ReadyStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        parts = self.parts.to_dict()

        status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "parts": parts,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ready_parts import ReadyParts  # noqa: PLC0415

        d = dict(src_dict)
        parts = ReadyParts.from_dict(d.pop("parts"))

        status = ReadyStatus(d.pop("status"))

        ready = cls(
            parts=parts,
            status=status,
        )

        ready.additional_properties = d
        return ready

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
