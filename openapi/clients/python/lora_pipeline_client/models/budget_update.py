from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BudgetUpdate")


@_attrs_define
class BudgetUpdate:
    """The amount to spend in a calendar month (UTC); null for no budget.

    Attributes:
        monthly_usd (float | None | str):
        block_above (bool | Unset): Refuse jobs that would go beyond it. Default: False.
    """

    monthly_usd: float | None | str
    block_above: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        monthly_usd: float | None | str
        monthly_usd = self.monthly_usd

        block_above = self.block_above

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "monthly_usd": monthly_usd,
            }
        )
        if block_above is not UNSET:
            field_dict["block_above"] = block_above

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_monthly_usd(data: object) -> float | None | str:
            if data is None:
                return data
            return cast(float | None | str, data)

        monthly_usd = _parse_monthly_usd(d.pop("monthly_usd"))

        block_above = d.pop("block_above", UNSET)

        budget_update = cls(
            monthly_usd=monthly_usd,
            block_above=block_above,
        )

        return budget_update
