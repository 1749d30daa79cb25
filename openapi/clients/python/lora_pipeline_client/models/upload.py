from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.multipart_upload import MultipartUpload
    from ..models.upload_headers import UploadHeaders


T = TypeVar("T", bound="Upload")


@_attrs_define
class Upload:
    """How to send the file: one PUT with exactly these headers, or the parts of `multipart`.

    Attributes:
        expires_at (datetime.datetime):
        headers (UploadHeaders):
        url (str):
        method (Literal['PUT'] | Unset):  Default: 'PUT'.
        multipart (MultipartUpload | None | Unset): Offered for large files, once `POST
            /api/datasets/{dataset_id}/upload` is called.
    """

    expires_at: datetime.datetime
    headers: UploadHeaders
    url: str
    method: Literal["PUT"] | Unset = "PUT"
    multipart: MultipartUpload | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.multipart_upload import MultipartUpload  # noqa: PLC0415

        expires_at = self.expires_at.isoformat()

        headers = self.headers.to_dict()

        url = self.url

        method = self.method

        multipart: dict[str, Any] | None | Unset
        if isinstance(self.multipart, Unset):
            multipart = UNSET
        elif isinstance(self.multipart, MultipartUpload):
            multipart = self.multipart.to_dict()
        else:
            multipart = self.multipart

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expires_at": expires_at,
                "headers": headers,
                "url": url,
            }
        )
        if method is not UNSET:
            field_dict["method"] = method
        if multipart is not UNSET:
            field_dict["multipart"] = multipart

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.multipart_upload import MultipartUpload  # noqa: PLC0415
        from ..models.upload_headers import UploadHeaders  # noqa: PLC0415

        d = dict(src_dict)
        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        headers = UploadHeaders.from_dict(d.pop("headers"))

        url = d.pop("url")

        method = cast(Literal["PUT"] | Unset, d.pop("method", UNSET))
        if method != "PUT" and not isinstance(method, Unset):
            raise ValueError(f"method must match const 'PUT', got '{method}'")

        def _parse_multipart(data: object) -> MultipartUpload | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                multipart_type_0 = MultipartUpload.from_dict(data)

                return multipart_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MultipartUpload | None | Unset, data)

        multipart = _parse_multipart(d.pop("multipart", UNSET))

        upload = cls(
            expires_at=expires_at,
            headers=headers,
            url=url,
            method=method,
            multipart=multipart,
        )

        upload.additional_properties = d
        return upload

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
