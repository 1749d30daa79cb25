from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.configuration import Configuration
    from ..models.model_read_artifacts import ModelReadArtifacts
    from ..models.quality_metrics import QualityMetrics
    from ..models.training_summary import TrainingSummary


T = TypeVar("T", bound="ModelRead")


@_attrs_define
class ModelRead:
    """An adapter that can be downloaded.

    Attributes:
        artifacts (ModelReadArtifacts): Storage paths by file name.
        configuration (Configuration): The configuration that a model was trained with.
        created_at (datetime.datetime):
        dataset_id (UUID):
        deleted_at (datetime.datetime | None):
        deployed_at (datetime.datetime | None):
        description (None | str):
        id (UUID):
        job_id (UUID):
        name (str):
        parent_model_id (None | UUID):
        quality_metrics (QualityMetrics): How the training went: 1 to 5 stars, losses in nats per token.
        status (str):
        training_summary (TrainingSummary): The time and steps that the training took.
        updated_at (datetime.datetime):
        user_id (UUID):
        version (str):
    """

    artifacts: ModelReadArtifacts
    configuration: Configuration
    created_at: datetime.datetime
    dataset_id: UUID
    deleted_at: datetime.datetime | None
    deployed_at: datetime.datetime | None
    description: None | str
    id: UUID
    job_id: UUID
    name: str
    parent_model_id: None | UUID
    quality_metrics: QualityMetrics
    status: str
    training_summary: TrainingSummary
    updated_at: datetime.datetime
    user_id: UUID
    version: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        artifacts = self.artifacts.to_dict()

        configuration = self.configuration.to_dict()

        created_at = self.created_at.isoformat()

        dataset_id = str(self.dataset_id)

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        deployed_at: None | str
        if isinstance(self.deployed_at, datetime.datetime):
            deployed_at = self.deployed_at.isoformat()
        else:
            deployed_at = self.deployed_at

        description: None | str
        description = self.description

        id = str(self.id)

        job_id = str(self.job_id)

        name = self.name

        parent_model_id: None | str
        if isinstance(self.parent_model_id, UUID):
            parent_model_id = str(self.parent_model_id)
        else:
            parent_model_id = self.parent_model_id

        quality_metrics = self.quality_metrics.to_dict()

        status = self.status

        training_summary = self.training_summary.to_dict()

        updated_at = self.updated_at.isoformat()

        user_id = str(self.user_id)

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "artifacts": artifacts,
                "configuration": configuration,
                "created_at": created_at,
                "dataset_id": dataset_id,
                "deleted_at": deleted_at,
                "deployed_at": deployed_at,
                "description": description,
                "id": id,
                "job_id": job_id,
                "name": name,
                "parent_model_id": parent_model_id,
                "quality_metrics": quality_metrics,
                "status": status,
                "training_summary": training_summary,
                "updated_at": updated_at,
                "user_id": user_id,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.configuration import Configuration  # noqa: PLC0415
        from ..models.model_read_artifacts import ModelReadArtifacts  # noqa: PLC0415
        from ..models.quality_metrics import QualityMetrics  # noqa: PLC0415
        from ..models.training_summary import TrainingSummary  # noqa: PLC0415

        d = dict(src_dict)
        artifacts = ModelReadArtifacts.from_dict(d.pop("artifacts"))

        configuration = Configuration.from_dict(d.pop("configuration"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        dataset_id = UUID(d.pop("dataset_id"))

        def _parse_deleted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at"))

        def _parse_deployed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deployed_at_type_0 = datetime.datetime.fromisoformat(data)

                return deployed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deployed_at = _parse_deployed_at(d.pop("deployed_at"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        id = UUID(d.pop("id"))

        job_id = UUID(d.pop("job_id"))

        name = d.pop("name")

        def _parse_parent_model_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                parent_model_id_type_0 = UUID(data)

                return parent_model_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        parent_model_id = _parse_parent_model_id(d.pop("parent_model_id"))

        quality_metrics = QualityMetrics.from_dict(d.pop("quality_metrics"))

        status = d.pop("status")

        training_summary = TrainingSummary.from_dict(d.pop("training_summary"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        user_id = UUID(d.pop("user_id"))

        version = d.pop("version")

        model_read = cls(
            artifacts=artifacts,
            configuration=configuration,
            created_at=created_at,
            dataset_id=dataset_id,
            deleted_at=deleted_at,
            deployed_at=deployed_at,
            description=description,
            id=id,
            job_id=job_id,
            name=name,
            parent_model_id=parent_model_id,
            quality_metrics=quality_metrics,
            status=status,
            training_summary=training_summary,
            updated_at=updated_at,
            user_id=user_id,
            version=version,
        )

        model_read.additional_properties = d
        return model_read

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
