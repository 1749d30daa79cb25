from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.dataset_read import DatasetRead
    from ..models.upload import Upload


T = TypeVar("T", bound="DatasetCreated")


@_attrs_define
class DatasetCreated:
    """The new dataset and where its file goes.

    Attributes:
        dataset (DatasetRead): A dataset in full.
        storage_path (str):
        upload (Upload): How to send the file: one PUT with exactly these headers, or the parts of `multipart`.
        upload_url (str):
    """

    dataset: DatasetRead
    storage_path: str
    upload: Upload
    upload_url: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dataset = self.dataset.to_dict()

        storage_path = self.storage_path

        upload = self.upload.to_dict()

        upload_url = self.upload_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dataset": dataset,
                "storagePath": storage_path,
                "upload": upload,
                "uploadUrl": upload_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_read import DatasetRead  # noqa: PLC0415
        from ..models.upload import Upload  # noqa: PLC0415

        d = dict(src_dict)
        dataset = DatasetRead.from_dict(d.pop("dataset"))

        storage_path = d.pop("storagePath")

        upload = Upload.from_dict(d.pop("upload"))

        upload_url = d.pop("uploadUrl")

        dataset_created = cls(
            dataset=dataset,
            storage_path=storage_path,
            upload=upload,
            upload_url=upload_url,
        )

        dataset_created.additional_properties = d
        return dataset_created

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
