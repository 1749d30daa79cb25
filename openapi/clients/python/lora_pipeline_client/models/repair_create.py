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
    """The action for each finding code, and how far the repair may go.

    Attributes:
        actions (RepairCreateActions | Unset): By finding code. Errors are fixed (`mend`) where possible, else their
            records are dropped; warnings are kept unless named here.
        allow_drops (bool | Unset): Drop more than 20 % of the records, if it must be. Default: False.
        dry_run (bool | Unset): Only plan: the new dataset ends as `error` without a file, and its `repair_summary` says
            what would be fixed and dropped, with the first 50 changes. Default: False.
        name (None | str | Unset):
    """

    actions: RepairCreateActions | Unset = UNSET
    allow_drops: bool | Unset = False
    dry_run: bool | Unset = False
    name: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        actions: dict[str, Any] | Unset = UNSET
        if not isinstance(self.actions, Unset):
            actions = self.actions.to_dict()

        allow_drops = self.allow_drops

        dry_run = self.dry_run

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if actions is not UNSET:
            field_dict["actions"] = actions
        if allow_drops is not UNSET:
            field_dict["allow_drops"] = allow_drops
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
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

        allow_drops = d.pop("allow_drops", UNSET)

        dry_run = d.pop("dry_run", UNSET)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        repair_create = cls(
            actions=actions,
            allow_drops=allow_drops,
            dry_run=dry_run,
            name=name,
        )

        return repair_create
