from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Lineage")


@_attrs_define
class Lineage:
    """Where an adapter comes from: the job, the one it went on from, and the very bytes it saw.

    Attributes:
        base_model (str):
        dataset_id (UUID):
        dataset_sha256 (str):
        job_id (UUID):
        parent_job_id (None | UUID):
    """

    base_model: str
    dataset_id: UUID
    dataset_sha256: str
    job_id: UUID
    parent_job_id: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_model = self.base_model

        dataset_id = str(self.dataset_id)

        dataset_sha256 = self.dataset_sha256

        job_id = str(self.job_id)

        parent_job_id: None | str
        if isinstance(self.parent_job_id, UUID):
            parent_job_id = str(self.parent_job_id)
        else:
            parent_job_id = self.parent_job_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_model": base_model,
                "dataset_id": dataset_id,
                "dataset_sha256": dataset_sha256,
                "job_id": job_id,
                "parent_job_id": parent_job_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        base_model = d.pop("base_model")

        dataset_id = UUID(d.pop("dataset_id"))

        dataset_sha256 = d.pop("dataset_sha256")

        job_id = UUID(d.pop("job_id"))

        def _parse_parent_job_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                parent_job_id_type_0 = UUID(data)

                return parent_job_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        parent_job_id = _parse_parent_job_id(d.pop("parent_job_id"))

        lineage = cls(
            base_model=base_model,
            dataset_id=dataset_id,
            dataset_sha256=dataset_sha256,
            job_id=job_id,
            parent_job_id=parent_job_id,
        )

        lineage.additional_properties = d
        return lineage

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
