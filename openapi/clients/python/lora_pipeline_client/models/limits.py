from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    """Limits of what the service accepts.

    Attributes:
        file_extensions (list[str]):
        max_body_bytes (int):
        max_file_size_bytes (int):
        upload_url_seconds (int):
    """

    file_extensions: list[str]
    max_body_bytes: int
    max_file_size_bytes: int
    upload_url_seconds: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file_extensions = self.file_extensions

        max_body_bytes = self.max_body_bytes

        max_file_size_bytes = self.max_file_size_bytes

        upload_url_seconds = self.upload_url_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_extensions": file_extensions,
                "max_body_bytes": max_body_bytes,
                "max_file_size_bytes": max_file_size_bytes,
                "upload_url_seconds": upload_url_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        file_extensions = cast(list[str], d.pop("file_extensions"))

        max_body_bytes = d.pop("max_body_bytes")

        max_file_size_bytes = d.pop("max_file_size_bytes")

        upload_url_seconds = d.pop("upload_url_seconds")

        limits = cls(
            file_extensions=file_extensions,
            max_body_bytes=max_body_bytes,
            max_file_size_bytes=max_file_size_bytes,
            upload_url_seconds=upload_url_seconds,
        )

        limits.additional_properties = d
        return limits

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
