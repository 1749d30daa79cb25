from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.dataset_format import DatasetFormat
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.dataset_create_metadata import DatasetCreateMetadata


T = TypeVar("T", bound="DatasetCreate")


@_attrs_define
class DatasetCreate:
    """A file that is about to be uploaded.

    Attributes:
        file_name (str):
        file_size (int): Exact size in bytes.
        name (str):
        checksum_sha256 (None | str | Unset):
        description (None | str | Unset):
        format_ (DatasetFormat | Unset): The shape that an upload is announced to have.
        metadata (DatasetCreateMetadata | Unset):
        validation_split (float | Unset):  Default: 0.1.
    """

    file_name: str
    file_size: int
    name: str
    checksum_sha256: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    format_: DatasetFormat | Unset = UNSET
    metadata: DatasetCreateMetadata | Unset = UNSET
    validation_split: float | Unset = 0.1

    def to_dict(self) -> dict[str, Any]:
        file_name = self.file_name

        file_size = self.file_size

        name = self.name

        checksum_sha256: None | str | Unset
        if isinstance(self.checksum_sha256, Unset):
            checksum_sha256 = UNSET
        else:
            checksum_sha256 = self.checksum_sha256

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        format_: str | Unset = UNSET
        if not isinstance(self.format_, Unset):
            format_ = self.format_.value

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        validation_split = self.validation_split

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "file_name": file_name,
                "file_size": file_size,
                "name": name,
            }
        )
        if checksum_sha256 is not UNSET:
            field_dict["checksum_sha256"] = checksum_sha256
        if description is not UNSET:
            field_dict["description"] = description
        if format_ is not UNSET:
            field_dict["format"] = format_
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if validation_split is not UNSET:
            field_dict["validation_split"] = validation_split

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_create_metadata import DatasetCreateMetadata  # noqa: PLC0415

        d = dict(src_dict)
        file_name = d.pop("file_name")

        file_size = d.pop("file_size")

        name = d.pop("name")

        def _parse_checksum_sha256(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        checksum_sha256 = _parse_checksum_sha256(d.pop("checksum_sha256", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        _format_ = d.pop("format", UNSET)
        format_: DatasetFormat | Unset
        if isinstance(_format_, Unset):
            format_ = UNSET
        else:
            format_ = DatasetFormat(_format_)

        _metadata = d.pop("metadata", UNSET)
        metadata: DatasetCreateMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = DatasetCreateMetadata.from_dict(_metadata)

        validation_split = d.pop("validation_split", UNSET)

        dataset_create = cls(
            file_name=file_name,
            file_size=file_size,
            name=name,
            checksum_sha256=checksum_sha256,
            description=description,
            format_=format_,
            metadata=metadata,
            validation_split=validation_split,
        )

        return dataset_create
