from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.fit_reason import FitReason


T = TypeVar("T", bound="FitNumbers")


@_attrs_define
class FitNumbers:
    """A dataset against a base model and sequence length: `records` = `trained` + `left_out` + `refused`.

    Attributes:
        base_model (str):
        by_reason (list[FitReason]): Of those left out.
        held_out (int): Of the trained ones, those for validation.
        left_out (int): Valid records that this model is not trained on.
        longest (int): Tokens of the longest record, uncut.
        max_seq_length (int):
        notes (list[FitReason]): What the chat template does with trained records; one may be in several.
        records (int):
        refused (int): Records with an error of the check.
        refused_by_code (list[FitReason]): Of those refused, by the first error of each.
        trained (int):
        trained_tokens (int): Tokens that the loss covers.
        truncated (int): Trained without their oldest turns.
    """

    base_model: str
    by_reason: list[FitReason]
    held_out: int
    left_out: int
    longest: int
    max_seq_length: int
    notes: list[FitReason]
    records: int
    refused: int
    refused_by_code: list[FitReason]
    trained: int
    trained_tokens: int
    truncated: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_model = self.base_model

        by_reason = []
        for by_reason_item_data in self.by_reason:
            by_reason_item = by_reason_item_data.to_dict()
            by_reason.append(by_reason_item)

        held_out = self.held_out

        left_out = self.left_out

        longest = self.longest

        max_seq_length = self.max_seq_length

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        records = self.records

        refused = self.refused

        refused_by_code = []
        for refused_by_code_item_data in self.refused_by_code:
            refused_by_code_item = refused_by_code_item_data.to_dict()
            refused_by_code.append(refused_by_code_item)

        trained = self.trained

        trained_tokens = self.trained_tokens

        truncated = self.truncated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_model": base_model,
                "by_reason": by_reason,
                "held_out": held_out,
                "left_out": left_out,
                "longest": longest,
                "max_seq_length": max_seq_length,
                "notes": notes,
                "records": records,
                "refused": refused,
                "refused_by_code": refused_by_code,
                "trained": trained,
                "trained_tokens": trained_tokens,
                "truncated": truncated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.fit_reason import FitReason  # noqa: PLC0415

        d = dict(src_dict)
        base_model = d.pop("base_model")

        by_reason = []
        _by_reason = d.pop("by_reason")
        for by_reason_item_data in _by_reason:
            by_reason_item = FitReason.from_dict(by_reason_item_data)

            by_reason.append(by_reason_item)

        held_out = d.pop("held_out")

        left_out = d.pop("left_out")

        longest = d.pop("longest")

        max_seq_length = d.pop("max_seq_length")

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = FitReason.from_dict(notes_item_data)

            notes.append(notes_item)

        records = d.pop("records")

        refused = d.pop("refused")

        refused_by_code = []
        _refused_by_code = d.pop("refused_by_code")
        for refused_by_code_item_data in _refused_by_code:
            refused_by_code_item = FitReason.from_dict(refused_by_code_item_data)

            refused_by_code.append(refused_by_code_item)

        trained = d.pop("trained")

        trained_tokens = d.pop("trained_tokens")

        truncated = d.pop("truncated")

        fit_numbers = cls(
            base_model=base_model,
            by_reason=by_reason,
            held_out=held_out,
            left_out=left_out,
            longest=longest,
            max_seq_length=max_seq_length,
            notes=notes,
            records=records,
            refused=refused,
            refused_by_code=refused_by_code,
            trained=trained,
            trained_tokens=trained_tokens,
            truncated=truncated,
        )

        fit_numbers.additional_properties = d
        return fit_numbers

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
