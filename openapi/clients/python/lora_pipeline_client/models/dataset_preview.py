from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dataset_preview_rendering import DatasetPreviewRendering

if TYPE_CHECKING:
    from ..models.dataset_fit_read import DatasetFitRead
    from ..models.preview_record import PreviewRecord


T = TypeVar("T", bound="DatasetPreview")


@_attrs_define
class DatasetPreview:
    """Some of the first examples of a dataset.

    Attributes:
        base_model (str):
        fit (DatasetFitRead): The fit of a dataset, or why it is not known: the numbers are null while `status` is not
            `ready`.
        max_seq_length (int):
        offset (int):
        records (list[PreviewRecord]):
        rendering (DatasetPreviewRendering): `model`: by the base model's own template and tokenizer, exactly as in
            training. `generic`: its files are not on this machine; a neutral template and estimated tokens stand in.
        token_count_method (str):
        total (int): How many examples are kept: the first 1,000, or 16 MiB of them.
    """

    base_model: str
    fit: DatasetFitRead
    max_seq_length: int
    offset: int
    records: list[PreviewRecord]
    rendering: DatasetPreviewRendering
    token_count_method: str
    total: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_model = self.base_model

        fit = self.fit.to_dict()

        max_seq_length = self.max_seq_length

        offset = self.offset

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        rendering = self.rendering.value

        token_count_method = self.token_count_method

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_model": base_model,
                "fit": fit,
                "max_seq_length": max_seq_length,
                "offset": offset,
                "records": records,
                "rendering": rendering,
                "token_count_method": token_count_method,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_fit_read import DatasetFitRead  # noqa: PLC0415
        from ..models.preview_record import PreviewRecord  # noqa: PLC0415

        d = dict(src_dict)
        base_model = d.pop("base_model")

        fit = DatasetFitRead.from_dict(d.pop("fit"))

        max_seq_length = d.pop("max_seq_length")

        offset = d.pop("offset")

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = PreviewRecord.from_dict(records_item_data)

            records.append(records_item)

        rendering = DatasetPreviewRendering(d.pop("rendering"))

        token_count_method = d.pop("token_count_method")

        total = d.pop("total")

        dataset_preview = cls(
            base_model=base_model,
            fit=fit,
            max_seq_length=max_seq_length,
            offset=offset,
            records=records,
            rendering=rendering,
            token_count_method=token_count_method,
            total=total,
        )

        dataset_preview.additional_properties = d
        return dataset_preview

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
