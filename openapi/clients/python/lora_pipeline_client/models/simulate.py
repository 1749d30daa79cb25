from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Simulate")


@_attrs_define
class Simulate:
    """Faults on request, for the simulated backend only.

    Attributes:
        fail_at_step (int | None | Unset):
        nan_at_step (int | None | Unset):
        slow (float | None | Unset):
        stall_at_step (int | None | Unset):
    """

    fail_at_step: int | None | Unset = UNSET
    nan_at_step: int | None | Unset = UNSET
    slow: float | None | Unset = UNSET
    stall_at_step: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        fail_at_step: int | None | Unset
        if isinstance(self.fail_at_step, Unset):
            fail_at_step = UNSET
        else:
            fail_at_step = self.fail_at_step

        nan_at_step: int | None | Unset
        if isinstance(self.nan_at_step, Unset):
            nan_at_step = UNSET
        else:
            nan_at_step = self.nan_at_step

        slow: float | None | Unset
        if isinstance(self.slow, Unset):
            slow = UNSET
        else:
            slow = self.slow

        stall_at_step: int | None | Unset
        if isinstance(self.stall_at_step, Unset):
            stall_at_step = UNSET
        else:
            stall_at_step = self.stall_at_step

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if fail_at_step is not UNSET:
            field_dict["fail_at_step"] = fail_at_step
        if nan_at_step is not UNSET:
            field_dict["nan_at_step"] = nan_at_step
        if slow is not UNSET:
            field_dict["slow"] = slow
        if stall_at_step is not UNSET:
            field_dict["stall_at_step"] = stall_at_step

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_fail_at_step(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        fail_at_step = _parse_fail_at_step(d.pop("fail_at_step", UNSET))

        def _parse_nan_at_step(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        nan_at_step = _parse_nan_at_step(d.pop("nan_at_step", UNSET))

        def _parse_slow(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        slow = _parse_slow(d.pop("slow", UNSET))

        def _parse_stall_at_step(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        stall_at_step = _parse_stall_at_step(d.pop("stall_at_step", UNSET))

        simulate = cls(
            fail_at_step=fail_at_step,
            nan_at_step=nan_at_step,
            slow=slow,
            stall_at_step=stall_at_step,
        )

        return simulate
