from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.erasure_read_objects import ErasureReadObjects
    from ..models.erasure_read_rows import ErasureReadRows


T = TypeVar("T", bound="ErasureRead")


@_attrs_define
class ErasureRead:
    """The number of things removed, and the number left, counted again afterwards.

    Attributes:
        erased_at (datetime.datetime):
        objects (ErasureReadObjects): Removed objects, by bucket.
        objects_left (int):
        rows (ErasureReadRows): Removed rows, by table.
        rows_left (int):
        user_id (UUID):
    """

    erased_at: datetime.datetime
    objects: ErasureReadObjects
    objects_left: int
    rows: ErasureReadRows
    rows_left: int
    user_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        erased_at = self.erased_at.isoformat()

        objects = self.objects.to_dict()

        objects_left = self.objects_left

        rows = self.rows.to_dict()

        rows_left = self.rows_left

        user_id = str(self.user_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "erased_at": erased_at,
                "objects": objects,
                "objects_left": objects_left,
                "rows": rows,
                "rows_left": rows_left,
                "user_id": user_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.erasure_read_objects import ErasureReadObjects  # noqa: PLC0415
        from ..models.erasure_read_rows import ErasureReadRows  # noqa: PLC0415

        d = dict(src_dict)
        erased_at = datetime.datetime.fromisoformat(d.pop("erased_at"))

        objects = ErasureReadObjects.from_dict(d.pop("objects"))

        objects_left = d.pop("objects_left")

        rows = ErasureReadRows.from_dict(d.pop("rows"))

        rows_left = d.pop("rows_left")

        user_id = UUID(d.pop("user_id"))

        erasure_read = cls(
            erased_at=erased_at,
            objects=objects,
            objects_left=objects_left,
            rows=rows,
            rows_left=rows_left,
            user_id=user_id,
        )

        erasure_read.additional_properties = d
        return erasure_read

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
