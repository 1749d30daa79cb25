from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

T = TypeVar("T", bound="Erase")


@_attrs_define
class Erase:
    """A confirmation word, so that no call erases an account by accident.

    Attributes:
        confirm (Literal['delete all my data']):
    """

    confirm: Literal["delete all my data"]

    def to_dict(self) -> dict[str, Any]:
        confirm = self.confirm

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "confirm": confirm,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        confirm = cast(Literal["delete all my data"], d.pop("confirm"))
        if confirm != "delete all my data":
            raise ValueError(f"confirm must match const 'delete all my data', got '{confirm}'")

        erase = cls(
            confirm=confirm,
        )

        return erase
