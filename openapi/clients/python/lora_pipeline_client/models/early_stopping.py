from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="EarlyStopping")


@_attrs_define
class EarlyStopping:
    """Stop when validation loss has not improved for `patience` evaluations.

    Attributes:
        min_delta (float | Unset):  Default: 0.0.
        patience (int | Unset):  Default: 2.
    """

    min_delta: float | Unset = 0.0
    patience: int | Unset = 2

    def to_dict(self) -> dict[str, Any]:
        min_delta = self.min_delta

        patience = self.patience

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if min_delta is not UNSET:
            field_dict["min_delta"] = min_delta
        if patience is not UNSET:
            field_dict["patience"] = patience

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        min_delta = d.pop("min_delta", UNSET)

        patience = d.pop("patience", UNSET)

        early_stopping = cls(
            min_delta=min_delta,
            patience=patience,
        )

        return early_stopping
