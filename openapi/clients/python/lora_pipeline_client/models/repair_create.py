from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.repair_create_actions import RepairCreateActions


T = TypeVar("T", bound="RepairCreate")


@_attrs_define
class RepairCreate:
    """The action for each finding code.

    Attributes:
        actions (RepairCreateActions | Unset): By finding code. Errors are fixed (`mend`) where possible, else their
            records are dropped; warnings are kept unless named here.
        name (None | str | Unset):
    """

    actions: RepairCreateActions | Unset = UNSET
    name: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        actions: dict[str, Any] | Unset = UNSET
        if not isinstance(self.actions, Unset):
            actions = self.actions.to_dict()

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if actions is not UNSET:
            field_dict["actions"] = actions
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.repair_create_actions import RepairCreateActions  # noqa: PLC0415

        d = dict(src_dict)
        _actions = d.pop("actions", UNSET)
        actions: RepairCreateActions | Unset
        if isinstance(_actions, Unset):
            actions = UNSET
        else:
            actions = RepairCreateActions.from_dict(_actions)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        repair_create = cls(
            actions=actions,
            name=name,
        )

        return repair_create
