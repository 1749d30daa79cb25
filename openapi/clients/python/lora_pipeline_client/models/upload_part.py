from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.upload_part_headers import UploadPartHeaders


T = TypeVar("T", bound="UploadPart")


@_attrs_define
class UploadPart:
    """One part of the file: a PUT of exactly its bytes; the last one is shorter.

    Attributes:
        headers (UploadPartHeaders):
        part_number (int): From 1, in the order of the file.
        uploaded (bool): The store holds this part; it need not be sent again.
        url (str):
    """

    headers: UploadPartHeaders
    part_number: int
    uploaded: bool
    url: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        headers = self.headers.to_dict()

        part_number = self.part_number

        uploaded = self.uploaded

        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "headers": headers,
                "part_number": part_number,
                "uploaded": uploaded,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.upload_part_headers import UploadPartHeaders  # noqa: PLC0415

        d = dict(src_dict)
        headers = UploadPartHeaders.from_dict(d.pop("headers"))

        part_number = d.pop("part_number")

        uploaded = d.pop("uploaded")

        url = d.pop("url")

        upload_part = cls(
            headers=headers,
            part_number=part_number,
            uploaded=uploaded,
            url=url,
        )

        upload_part.additional_properties = d
        return upload_part

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
