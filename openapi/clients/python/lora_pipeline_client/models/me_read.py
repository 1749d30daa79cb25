from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.scope import Scope

if TYPE_CHECKING:
    from ..models.account_limits import AccountLimits
    from ..models.account_usage import AccountUsage
    from ..models.budget_read import BudgetRead


T = TypeVar("T", bound="MeRead")


@_attrs_define
class MeRead:
    """Your account: id, limits, usage and budget.

    Attributes:
        budget (BudgetRead): Your monthly budget and the amount spent.
        created_at (datetime.datetime):
        id (UUID):
        limits (AccountLimits): The most that you may have at a time, or make in 24 hours; null where there is no limit.
        scopes (list[Scope]): Of the token or key of this request.
        usage (AccountUsage): Current usage of each limit.
    """

    budget: BudgetRead
    created_at: datetime.datetime
    id: UUID
    limits: AccountLimits
    scopes: list[Scope]
    usage: AccountUsage
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        budget = self.budget.to_dict()

        created_at = self.created_at.isoformat()

        id = str(self.id)

        limits = self.limits.to_dict()

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        usage = self.usage.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "budget": budget,
                "created_at": created_at,
                "id": id,
                "limits": limits,
                "scopes": scopes,
                "usage": usage,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.account_limits import AccountLimits  # noqa: PLC0415
        from ..models.account_usage import AccountUsage  # noqa: PLC0415
        from ..models.budget_read import BudgetRead  # noqa: PLC0415

        d = dict(src_dict)
        budget = BudgetRead.from_dict(d.pop("budget"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        limits = AccountLimits.from_dict(d.pop("limits"))

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = Scope(scopes_item_data)

            scopes.append(scopes_item)

        usage = AccountUsage.from_dict(d.pop("usage"))

        me_read = cls(
            budget=budget,
            created_at=created_at,
            id=id,
            limits=limits,
            scopes=scopes,
            usage=usage,
        )

        me_read.additional_properties = d
        return me_read

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
