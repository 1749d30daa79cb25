from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="FitCreate")


@_attrs_define
class FitCreate:
    """The base model and sequence length to compare a dataset with; those of a job by default.

    Attributes:
        base_model (None | str | Unset):
        max_seq_length (int | None | Unset):
    """

    base_model: None | str | Unset = UNSET
    max_seq_length: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        base_model: None | str | Unset
        if isinstance(self.base_model, Unset):
            base_model = UNSET
        else:
            base_model = self.base_model

        max_seq_length: int | None | Unset
        if isinstance(self.max_seq_length, Unset):
            max_seq_length = UNSET
        else:
            max_seq_length = self.max_seq_length

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if base_model is not UNSET:
            field_dict["base_model"] = base_model
        if max_seq_length is not UNSET:
            field_dict["max_seq_length"] = max_seq_length

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_base_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        base_model = _parse_base_model(d.pop("base_model", UNSET))

        def _parse_max_seq_length(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_seq_length = _parse_max_seq_length(d.pop("max_seq_length", UNSET))

        fit_create = cls(
            base_model=base_model,
            max_seq_length=max_seq_length,
        )

        return fit_create
