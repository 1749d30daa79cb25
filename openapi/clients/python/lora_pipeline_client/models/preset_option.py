from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.preset_id import PresetId

if TYPE_CHECKING:
    from ..models.preset_hyperparameters import PresetHyperparameters


T = TypeVar("T", bound="PresetOption")


@_attrs_define
class PresetOption:
    """A preset.

    Attributes:
        description (str):
        hyperparameters (PresetHyperparameters): The six hyperparameters of a preset.
        icon (str):
        id (PresetId): A named set of hyperparameters; custom is whatever differs from one.
        is_default (bool):
        label (str):
        use_case (str):
    """

    description: str
    hyperparameters: PresetHyperparameters
    icon: str
    id: PresetId
    is_default: bool
    label: str
    use_case: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        description = self.description

        hyperparameters = self.hyperparameters.to_dict()

        icon = self.icon

        id = self.id.value

        is_default = self.is_default

        label = self.label

        use_case = self.use_case

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "description": description,
                "hyperparameters": hyperparameters,
                "icon": icon,
                "id": id,
                "is_default": is_default,
                "label": label,
                "use_case": use_case,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preset_hyperparameters import PresetHyperparameters  # noqa: PLC0415

        d = dict(src_dict)
        description = d.pop("description")

        hyperparameters = PresetHyperparameters.from_dict(d.pop("hyperparameters"))

        icon = d.pop("icon")

        id = PresetId(d.pop("id"))

        is_default = d.pop("is_default")

        label = d.pop("label")

        use_case = d.pop("use_case")

        preset_option = cls(
            description=description,
            hyperparameters=hyperparameters,
            icon=icon,
            id=id,
            is_default=is_default,
            label=label,
            use_case=use_case,
        )

        preset_option.additional_properties = d
        return preset_option

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
