from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BudgetRead")


@_attrs_define
class BudgetRead:
    """Your monthly budget and the amount spent.

    Attributes:
        block_above (bool):
        monthly_usd (float | None):
        spent_usd (float): Charged this month, with what active jobs have cost so far.
    """

    block_above: bool
    monthly_usd: float | None
    spent_usd: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        block_above = self.block_above

        monthly_usd: float | None
        monthly_usd = self.monthly_usd

        spent_usd = self.spent_usd

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "block_above": block_above,
                "monthly_usd": monthly_usd,
                "spent_usd": spent_usd,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        block_above = d.pop("block_above")

        def _parse_monthly_usd(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        monthly_usd = _parse_monthly_usd(d.pop("monthly_usd"))

        spent_usd = d.pop("spent_usd")

        budget_read = cls(
            block_above=block_above,
            monthly_usd=monthly_usd,
            spent_usd=spent_usd,
        )

        budget_read.additional_properties = d
        return budget_read

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
