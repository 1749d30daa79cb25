from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.sent_part import SentPart


T = TypeVar("T", bound="DatasetConfirm")


@_attrs_define
class DatasetConfirm:
    """Nothing needs to be said; `parts` insists on the very parts that were sent.

    Attributes:
        parts (list[SentPart] | None | Unset): Without it the service asks the store which parts it holds.
    """

    parts: list[SentPart] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        parts: list[dict[str, Any]] | None | Unset
        if isinstance(self.parts, Unset):
            parts = UNSET
        elif isinstance(self.parts, list):
            parts = []
            for parts_type_0_item_data in self.parts:
                parts_type_0_item = parts_type_0_item_data.to_dict()
                parts.append(parts_type_0_item)

        else:
            parts = self.parts

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if parts is not UNSET:
            field_dict["parts"] = parts

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sent_part import SentPart  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_parts(data: object) -> list[SentPart] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                parts_type_0 = []
                _parts_type_0 = data
                for parts_type_0_item_data in _parts_type_0:
                    parts_type_0_item = SentPart.from_dict(parts_type_0_item_data)

                    parts_type_0.append(parts_type_0_item)

                return parts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SentPart] | None | Unset, data)

        parts = _parse_parts(d.pop("parts", UNSET))

        dataset_confirm = cls(
            parts=parts,
        )

        return dataset_confirm
