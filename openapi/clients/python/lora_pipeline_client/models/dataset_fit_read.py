from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.fit_status import FitStatus

if TYPE_CHECKING:
    from ..models.fit_reason import FitReason


T = TypeVar("T", bound="DatasetFitRead")


@_attrs_define
class DatasetFitRead:
    """The fit of a dataset, or why it is not known: the numbers are null while `status` is not `ready`.

    Attributes:
        base_model (str):
        by_reason (list[FitReason] | None):
        dataset_id (UUID):
        held_out (int | None):
        left_out (int | None):
        longest (int | None):
        max_seq_length (int):
        notes (list[FitReason] | None):
        reason (None | str): Why there are no numbers, and the remedy, in words.
        records (int | None):
        refused (int | None):
        refused_by_code (list[FitReason] | None):
        revision (str): Of the base model; `local` for one made on the spot.
        status (FitStatus): Whether a fit is worked out, and if not, whether it will be; unknown ones were not asked
            for.
        trained (int | None):
        trained_tokens (int | None):
        truncated (int | None):
    """

    base_model: str
    by_reason: list[FitReason] | None
    dataset_id: UUID
    held_out: int | None
    left_out: int | None
    longest: int | None
    max_seq_length: int
    notes: list[FitReason] | None
    reason: None | str
    records: int | None
    refused: int | None
    refused_by_code: list[FitReason] | None
    revision: str
    status: FitStatus
    trained: int | None
    trained_tokens: int | None
    truncated: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_model = self.base_model

        by_reason: list[dict[str, Any]] | None
        if isinstance(self.by_reason, list):
            by_reason = []
            for by_reason_type_0_item_data in self.by_reason:
                by_reason_type_0_item = by_reason_type_0_item_data.to_dict()
                by_reason.append(by_reason_type_0_item)

        else:
            by_reason = self.by_reason

        dataset_id = str(self.dataset_id)

        held_out: int | None
        held_out = self.held_out

        left_out: int | None
        left_out = self.left_out

        longest: int | None
        longest = self.longest

        max_seq_length = self.max_seq_length

        notes: list[dict[str, Any]] | None
        if isinstance(self.notes, list):
            notes = []
            for notes_type_0_item_data in self.notes:
                notes_type_0_item = notes_type_0_item_data.to_dict()
                notes.append(notes_type_0_item)

        else:
            notes = self.notes

        reason: None | str
        reason = self.reason

        records: int | None
        records = self.records

        refused: int | None
        refused = self.refused

        refused_by_code: list[dict[str, Any]] | None
        if isinstance(self.refused_by_code, list):
            refused_by_code = []
            for refused_by_code_type_0_item_data in self.refused_by_code:
                refused_by_code_type_0_item = refused_by_code_type_0_item_data.to_dict()
                refused_by_code.append(refused_by_code_type_0_item)

        else:
            refused_by_code = self.refused_by_code

        revision = self.revision

        status = self.status.value

        trained: int | None
        trained = self.trained

        trained_tokens: int | None
        trained_tokens = self.trained_tokens

        truncated: int | None
        truncated = self.truncated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_model": base_model,
                "by_reason": by_reason,
                "dataset_id": dataset_id,
                "held_out": held_out,
                "left_out": left_out,
                "longest": longest,
                "max_seq_length": max_seq_length,
                "notes": notes,
                "reason": reason,
                "records": records,
                "refused": refused,
                "refused_by_code": refused_by_code,
                "revision": revision,
                "status": status,
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

        def _parse_by_reason(data: object) -> list[FitReason] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                by_reason_type_0 = []
                _by_reason_type_0 = data
                for by_reason_type_0_item_data in _by_reason_type_0:
                    by_reason_type_0_item = FitReason.from_dict(by_reason_type_0_item_data)

                    by_reason_type_0.append(by_reason_type_0_item)

                return by_reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FitReason] | None, data)

        by_reason = _parse_by_reason(d.pop("by_reason"))

        dataset_id = UUID(d.pop("dataset_id"))

        def _parse_held_out(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        held_out = _parse_held_out(d.pop("held_out"))

        def _parse_left_out(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        left_out = _parse_left_out(d.pop("left_out"))

        def _parse_longest(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        longest = _parse_longest(d.pop("longest"))

        max_seq_length = d.pop("max_seq_length")

        def _parse_notes(data: object) -> list[FitReason] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                notes_type_0 = []
                _notes_type_0 = data
                for notes_type_0_item_data in _notes_type_0:
                    notes_type_0_item = FitReason.from_dict(notes_type_0_item_data)

                    notes_type_0.append(notes_type_0_item)

                return notes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FitReason] | None, data)

        notes = _parse_notes(d.pop("notes"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_records(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        records = _parse_records(d.pop("records"))

        def _parse_refused(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        refused = _parse_refused(d.pop("refused"))

        def _parse_refused_by_code(data: object) -> list[FitReason] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                refused_by_code_type_0 = []
                _refused_by_code_type_0 = data
                for refused_by_code_type_0_item_data in _refused_by_code_type_0:
                    refused_by_code_type_0_item = FitReason.from_dict(refused_by_code_type_0_item_data)

                    refused_by_code_type_0.append(refused_by_code_type_0_item)

                return refused_by_code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FitReason] | None, data)

        refused_by_code = _parse_refused_by_code(d.pop("refused_by_code"))

        revision = d.pop("revision")

        status = FitStatus(d.pop("status"))

        def _parse_trained(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        trained = _parse_trained(d.pop("trained"))

        def _parse_trained_tokens(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        trained_tokens = _parse_trained_tokens(d.pop("trained_tokens"))

        def _parse_truncated(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        truncated = _parse_truncated(d.pop("truncated"))

        dataset_fit_read = cls(
            base_model=base_model,
            by_reason=by_reason,
            dataset_id=dataset_id,
            held_out=held_out,
            left_out=left_out,
            longest=longest,
            max_seq_length=max_seq_length,
            notes=notes,
            reason=reason,
            records=records,
            refused=refused,
            refused_by_code=refused_by_code,
            revision=revision,
            status=status,
            trained=trained,
            trained_tokens=trained_tokens,
            truncated=truncated,
        )

        dataset_fit_read.additional_properties = d
        return dataset_fit_read

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
