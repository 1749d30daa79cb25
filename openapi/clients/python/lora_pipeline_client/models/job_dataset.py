from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="JobDataset")


@_attrs_define
class JobDataset:
    """The dataset a job trains on.

    Attributes:
        format_ (str):
        id (UUID):
        name (str):
        total_training_pairs (int | None):
    """

    format_: str
    id: UUID
    name: str
    total_training_pairs: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        format_ = self.format_

        id = str(self.id)

        name = self.name

        total_training_pairs: int | None
        total_training_pairs = self.total_training_pairs

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "format": format_,
                "id": id,
                "name": name,
                "total_training_pairs": total_training_pairs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        format_ = d.pop("format")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        def _parse_total_training_pairs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_training_pairs = _parse_total_training_pairs(d.pop("total_training_pairs"))

        job_dataset = cls(
            format_=format_,
            id=id,
            name=name,
            total_training_pairs=total_training_pairs,
        )

        job_dataset.additional_properties = d
        return job_dataset

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
