from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FitReason")


@_attrs_define
class FitReason:
    """Records with one cause.

    Attributes:
        code (str):
        count (int):
        first_lines (list[int]): Physical lines of the first ten, from 1.
        message (str): In words, of the first one.
    """

    code: str
    count: int
    first_lines: list[int]
    message: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        count = self.count

        first_lines = self.first_lines

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "count": count,
                "first_lines": first_lines,
                "message": message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        count = d.pop("count")

        first_lines = cast(list[int], d.pop("first_lines"))

        message = d.pop("message")

        fit_reason = cls(
            code=code,
            count=count,
            first_lines=first_lines,
            message=message,
        )

        fit_reason.additional_properties = d
        return fit_reason

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
