from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.dataset_fit_read import DatasetFitRead


T = TypeVar("T", bound="DatasetFitOne")


@_attrs_define
class DatasetFitOne:
    """One fit.

    Attributes:
        fit (DatasetFitRead): The fit of a dataset, or why it is not known: the numbers are null while `status` is not
            `ready`.
    """

    fit: DatasetFitRead
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        fit = self.fit.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "fit": fit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_fit_read import DatasetFitRead  # noqa: PLC0415

        d = dict(src_dict)
        fit = DatasetFitRead.from_dict(d.pop("fit"))

        dataset_fit_one = cls(
            fit=fit,
        )

        dataset_fit_one.additional_properties = d
        return dataset_fit_one

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
