from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.base_model_read import BaseModelRead


T = TypeVar("T", bound="BaseModels")


@_attrs_define
class BaseModels:
    """The catalogue.

    Attributes:
        base_models (list[BaseModelRead]):
    """

    base_models: list[BaseModelRead]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_models = []
        for base_models_item_data in self.base_models:
            base_models_item = base_models_item_data.to_dict()
            base_models.append(base_models_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_models": base_models,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.base_model_read import BaseModelRead  # noqa: PLC0415

        d = dict(src_dict)
        base_models = []
        _base_models = d.pop("base_models")
        for base_models_item_data in _base_models:
            base_models_item = BaseModelRead.from_dict(base_models_item_data)

            base_models.append(base_models_item)

        base_models = cls(
            base_models=base_models,
        )

        base_models.additional_properties = d
        return base_models

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
