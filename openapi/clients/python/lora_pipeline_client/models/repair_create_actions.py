from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.repair_create_actions_additional_property import (
    RepairCreateActionsAdditionalProperty,
)

T = TypeVar("T", bound="RepairCreateActions")


@_attrs_define
class RepairCreateActions:
    """By finding code. Errors are fixed (`mend`) where possible, else their records are dropped; warnings are kept unless
    named here.

    """

    additional_properties: dict[str, RepairCreateActionsAdditionalProperty] = _attrs_field(
        init=False, factory=dict
    )

    def to_dict(self) -> dict[str, Any]:

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            field_dict[prop_name] = prop.value

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        repair_create_actions = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():
            additional_property = RepairCreateActionsAdditionalProperty(prop_dict)

            additional_properties[prop_name] = additional_property

        repair_create_actions.additional_properties = additional_properties
        return repair_create_actions

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> RepairCreateActionsAdditionalProperty:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: RepairCreateActionsAdditionalProperty) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
