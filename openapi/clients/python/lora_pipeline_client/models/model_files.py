from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.manifest import Manifest
    from ..models.model_files_download_urls import ModelFilesDownloadUrls


T = TypeVar("T", bound="ModelFiles")


@_attrs_define
class ModelFiles:
    """URLs that carry their own permission for an hour.

    Attributes:
        download_urls (ModelFilesDownloadUrls):
        expires_in_seconds (int):
        manifest (Manifest): Every file of an artifact but the manifest itself, and where it all came from.
        model_id (UUID):
        model_name (str):
    """

    download_urls: ModelFilesDownloadUrls
    expires_in_seconds: int
    manifest: Manifest
    model_id: UUID
    model_name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        download_urls = self.download_urls.to_dict()

        expires_in_seconds = self.expires_in_seconds

        manifest = self.manifest.to_dict()

        model_id = str(self.model_id)

        model_name = self.model_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "download_urls": download_urls,
                "expires_in_seconds": expires_in_seconds,
                "manifest": manifest,
                "model_id": model_id,
                "model_name": model_name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.manifest import Manifest  # noqa: PLC0415
        from ..models.model_files_download_urls import ModelFilesDownloadUrls  # noqa: PLC0415

        d = dict(src_dict)
        download_urls = ModelFilesDownloadUrls.from_dict(d.pop("download_urls"))

        expires_in_seconds = d.pop("expires_in_seconds")

        manifest = Manifest.from_dict(d.pop("manifest"))

        model_id = UUID(d.pop("model_id"))

        model_name = d.pop("model_name")

        model_files = cls(
            download_urls=download_urls,
            expires_in_seconds=expires_in_seconds,
            manifest=manifest,
            model_id=model_id,
            model_name=model_name,
        )

        model_files.additional_properties = d
        return model_files

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
