from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dataset_format import DatasetFormat
from ..models.dataset_status import DatasetStatus

if TYPE_CHECKING:
    from ..models.dataset_read_metadata import DatasetReadMetadata
    from ..models.dataset_read_repair_plan_type_0 import DatasetReadRepairPlanType0
    from ..models.dataset_read_repair_summary_type_0 import DatasetReadRepairSummaryType0
    from ..models.dataset_read_sample_data_type_0_item import (
        DatasetReadSampleDataType0Item,
    )
    from ..models.finding_read import FindingRead


T = TypeVar("T", bound="DatasetRead")


@_attrs_define
class DatasetRead:
    """A dataset in full.

    Attributes:
        avg_tokens_per_turn (float | None):
        avg_turns_per_conversation (float | None):
        checksum_sha256 (None | str):
        content_sha256 (None | str):
        created_at (datetime.datetime):
        deleted_at (datetime.datetime | None):
        description (None | str):
        detected_format (None | str):
        error_count (int):
        error_message (None | str):
        file_name (str):
        file_size (int):
        format_ (DatasetFormat): The shape that an upload is announced to have.
        id (UUID):
        metadata (DatasetReadMetadata):
        name (str):
        repair_plan (DatasetReadRepairPlanType0 | None): The action chosen for finding codes; `dry_run`, `allow_drops`:
            `yes`.
        repair_summary (DatasetReadRepairSummaryType0 | None): Records kept, fixed (`mended`) and dropped, by finding
            code, and the first changes.
        repaired_from (None | UUID): The dataset that this one was made of.
        sample_data (list[DatasetReadSampleDataType0Item] | None): The first 3 records.
        status (DatasetStatus): Status of a dataset.
        storage_bucket (str):
        storage_path (str):
        token_count_method (None | str):
        total_conversations (int | None):
        total_pairs (int | None):
        total_tokens (int | None):
        total_training_pairs (int | None):
        total_turns (int | None):
        total_validation_pairs (int | None):
        training_ready (bool):
        updated_at (datetime.datetime):
        user_id (UUID):
        validated_at (datetime.datetime | None):
        validation_errors (list[FindingRead] | None): The first 100 findings.
        validation_progress (int): Percent of the file that was checked.
        validation_split (float):
        warning_count (int):
    """

    avg_tokens_per_turn: float | None
    avg_turns_per_conversation: float | None
    checksum_sha256: None | str
    content_sha256: None | str
    created_at: datetime.datetime
    deleted_at: datetime.datetime | None
    description: None | str
    detected_format: None | str
    error_count: int
    error_message: None | str
    file_name: str
    file_size: int
    format_: DatasetFormat
    id: UUID
    metadata: DatasetReadMetadata
    name: str
    repair_plan: DatasetReadRepairPlanType0 | None
    repair_summary: DatasetReadRepairSummaryType0 | None
    repaired_from: None | UUID
    sample_data: list[DatasetReadSampleDataType0Item] | None
    status: DatasetStatus
    storage_bucket: str
    storage_path: str
    token_count_method: None | str
    total_conversations: int | None
    total_pairs: int | None
    total_tokens: int | None
    total_training_pairs: int | None
    total_turns: int | None
    total_validation_pairs: int | None
    training_ready: bool
    updated_at: datetime.datetime
    user_id: UUID
    validated_at: datetime.datetime | None
    validation_errors: list[FindingRead] | None
    validation_progress: int
    validation_split: float
    warning_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.dataset_read_repair_plan_type_0 import DatasetReadRepairPlanType0  # noqa: PLC0415
        from ..models.dataset_read_repair_summary_type_0 import (
            DatasetReadRepairSummaryType0,  # noqa: PLC0415
        )

        avg_tokens_per_turn: float | None
        avg_tokens_per_turn = self.avg_tokens_per_turn

        avg_turns_per_conversation: float | None
        avg_turns_per_conversation = self.avg_turns_per_conversation

        checksum_sha256: None | str
        checksum_sha256 = self.checksum_sha256

        content_sha256: None | str
        content_sha256 = self.content_sha256

        created_at = self.created_at.isoformat()

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        description: None | str
        description = self.description

        detected_format: None | str
        detected_format = self.detected_format

        error_count = self.error_count

        error_message: None | str
        error_message = self.error_message

        file_name = self.file_name

        file_size = self.file_size

        format_ = self.format_.value

        id = str(self.id)

        metadata = self.metadata.to_dict()

        name = self.name

        repair_plan: dict[str, Any] | None
        if isinstance(self.repair_plan, DatasetReadRepairPlanType0):
            repair_plan = self.repair_plan.to_dict()
        else:
            repair_plan = self.repair_plan

        repair_summary: dict[str, Any] | None
        if isinstance(self.repair_summary, DatasetReadRepairSummaryType0):
            repair_summary = self.repair_summary.to_dict()
        else:
            repair_summary = self.repair_summary

        repaired_from: None | str
        if isinstance(self.repaired_from, UUID):
            repaired_from = str(self.repaired_from)
        else:
            repaired_from = self.repaired_from

        sample_data: list[dict[str, Any]] | None
        if isinstance(self.sample_data, list):
            sample_data = []
            for sample_data_type_0_item_data in self.sample_data:
                sample_data_type_0_item = sample_data_type_0_item_data.to_dict()
                sample_data.append(sample_data_type_0_item)

        else:
            sample_data = self.sample_data

        status = self.status.value

        storage_bucket = self.storage_bucket

        storage_path = self.storage_path

        token_count_method: None | str
        token_count_method = self.token_count_method

        total_conversations: int | None
        total_conversations = self.total_conversations

        total_pairs: int | None
        total_pairs = self.total_pairs

        total_tokens: int | None
        total_tokens = self.total_tokens

        total_training_pairs: int | None
        total_training_pairs = self.total_training_pairs

        total_turns: int | None
        total_turns = self.total_turns

        total_validation_pairs: int | None
        total_validation_pairs = self.total_validation_pairs

        training_ready = self.training_ready

        updated_at = self.updated_at.isoformat()

        user_id = str(self.user_id)

        validated_at: None | str
        if isinstance(self.validated_at, datetime.datetime):
            validated_at = self.validated_at.isoformat()
        else:
            validated_at = self.validated_at

        validation_errors: list[dict[str, Any]] | None
        if isinstance(self.validation_errors, list):
            validation_errors = []
            for validation_errors_type_0_item_data in self.validation_errors:
                validation_errors_type_0_item = validation_errors_type_0_item_data.to_dict()
                validation_errors.append(validation_errors_type_0_item)

        else:
            validation_errors = self.validation_errors

        validation_progress = self.validation_progress

        validation_split = self.validation_split

        warning_count = self.warning_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "avg_tokens_per_turn": avg_tokens_per_turn,
                "avg_turns_per_conversation": avg_turns_per_conversation,
                "checksum_sha256": checksum_sha256,
                "content_sha256": content_sha256,
                "created_at": created_at,
                "deleted_at": deleted_at,
                "description": description,
                "detected_format": detected_format,
                "error_count": error_count,
                "error_message": error_message,
                "file_name": file_name,
                "file_size": file_size,
                "format": format_,
                "id": id,
                "metadata": metadata,
                "name": name,
                "repair_plan": repair_plan,
                "repair_summary": repair_summary,
                "repaired_from": repaired_from,
                "sample_data": sample_data,
                "status": status,
                "storage_bucket": storage_bucket,
                "storage_path": storage_path,
                "token_count_method": token_count_method,
                "total_conversations": total_conversations,
                "total_pairs": total_pairs,
                "total_tokens": total_tokens,
                "total_training_pairs": total_training_pairs,
                "total_turns": total_turns,
                "total_validation_pairs": total_validation_pairs,
                "training_ready": training_ready,
                "updated_at": updated_at,
                "user_id": user_id,
                "validated_at": validated_at,
                "validation_errors": validation_errors,
                "validation_progress": validation_progress,
                "validation_split": validation_split,
                "warning_count": warning_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_read_metadata import DatasetReadMetadata  # noqa: PLC0415
        from ..models.dataset_read_repair_plan_type_0 import DatasetReadRepairPlanType0  # noqa: PLC0415
        from ..models.dataset_read_repair_summary_type_0 import (
            DatasetReadRepairSummaryType0,  # noqa: PLC0415
        )
        from ..models.dataset_read_sample_data_type_0_item import (
            DatasetReadSampleDataType0Item,  # noqa: PLC0415
        )
        from ..models.finding_read import FindingRead  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_avg_tokens_per_turn(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        avg_tokens_per_turn = _parse_avg_tokens_per_turn(d.pop("avg_tokens_per_turn"))

        def _parse_avg_turns_per_conversation(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        avg_turns_per_conversation = _parse_avg_turns_per_conversation(d.pop("avg_turns_per_conversation"))

        def _parse_checksum_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        checksum_sha256 = _parse_checksum_sha256(d.pop("checksum_sha256"))

        def _parse_content_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        content_sha256 = _parse_content_sha256(d.pop("content_sha256"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

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

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        def _parse_detected_format(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detected_format = _parse_detected_format(d.pop("detected_format"))

        error_count = d.pop("error_count")

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        file_name = d.pop("file_name")

        file_size = d.pop("file_size")

        format_ = DatasetFormat(d.pop("format"))

        id = UUID(d.pop("id"))

        metadata = DatasetReadMetadata.from_dict(d.pop("metadata"))

        name = d.pop("name")

        def _parse_repair_plan(data: object) -> DatasetReadRepairPlanType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                repair_plan_type_0 = DatasetReadRepairPlanType0.from_dict(data)

                return repair_plan_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DatasetReadRepairPlanType0 | None, data)

        repair_plan = _parse_repair_plan(d.pop("repair_plan"))

        def _parse_repair_summary(data: object) -> DatasetReadRepairSummaryType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                repair_summary_type_0 = DatasetReadRepairSummaryType0.from_dict(data)

                return repair_summary_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DatasetReadRepairSummaryType0 | None, data)

        repair_summary = _parse_repair_summary(d.pop("repair_summary"))

        def _parse_repaired_from(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                repaired_from_type_0 = UUID(data)

                return repaired_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        repaired_from = _parse_repaired_from(d.pop("repaired_from"))

        def _parse_sample_data(data: object) -> list[DatasetReadSampleDataType0Item] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                sample_data_type_0 = []
                _sample_data_type_0 = data
                for sample_data_type_0_item_data in _sample_data_type_0:
                    sample_data_type_0_item = DatasetReadSampleDataType0Item.from_dict(
                        sample_data_type_0_item_data
                    )

                    sample_data_type_0.append(sample_data_type_0_item)

                return sample_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[DatasetReadSampleDataType0Item] | None, data)

        sample_data = _parse_sample_data(d.pop("sample_data"))

        status = DatasetStatus(d.pop("status"))

        storage_bucket = d.pop("storage_bucket")

        storage_path = d.pop("storage_path")

        def _parse_token_count_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        token_count_method = _parse_token_count_method(d.pop("token_count_method"))

        def _parse_total_conversations(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_conversations = _parse_total_conversations(d.pop("total_conversations"))

        def _parse_total_pairs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_pairs = _parse_total_pairs(d.pop("total_pairs"))

        def _parse_total_tokens(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_tokens = _parse_total_tokens(d.pop("total_tokens"))

        def _parse_total_training_pairs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_training_pairs = _parse_total_training_pairs(d.pop("total_training_pairs"))

        def _parse_total_turns(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_turns = _parse_total_turns(d.pop("total_turns"))

        def _parse_total_validation_pairs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total_validation_pairs = _parse_total_validation_pairs(d.pop("total_validation_pairs"))

        training_ready = d.pop("training_ready")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        user_id = UUID(d.pop("user_id"))

        def _parse_validated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                validated_at_type_0 = datetime.datetime.fromisoformat(data)

                return validated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        validated_at = _parse_validated_at(d.pop("validated_at"))

        def _parse_validation_errors(data: object) -> list[FindingRead] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                validation_errors_type_0 = []
                _validation_errors_type_0 = data
                for validation_errors_type_0_item_data in _validation_errors_type_0:
                    validation_errors_type_0_item = FindingRead.from_dict(validation_errors_type_0_item_data)

                    validation_errors_type_0.append(validation_errors_type_0_item)

                return validation_errors_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FindingRead] | None, data)

        validation_errors = _parse_validation_errors(d.pop("validation_errors"))

        validation_progress = d.pop("validation_progress")

        validation_split = d.pop("validation_split")

        warning_count = d.pop("warning_count")

        dataset_read = cls(
            avg_tokens_per_turn=avg_tokens_per_turn,
            avg_turns_per_conversation=avg_turns_per_conversation,
            checksum_sha256=checksum_sha256,
            content_sha256=content_sha256,
            created_at=created_at,
            deleted_at=deleted_at,
            description=description,
            detected_format=detected_format,
            error_count=error_count,
            error_message=error_message,
            file_name=file_name,
            file_size=file_size,
            format_=format_,
            id=id,
            metadata=metadata,
            name=name,
            repair_plan=repair_plan,
            repair_summary=repair_summary,
            repaired_from=repaired_from,
            sample_data=sample_data,
            status=status,
            storage_bucket=storage_bucket,
            storage_path=storage_path,
            token_count_method=token_count_method,
            total_conversations=total_conversations,
            total_pairs=total_pairs,
            total_tokens=total_tokens,
            total_training_pairs=total_training_pairs,
            total_turns=total_turns,
            total_validation_pairs=total_validation_pairs,
            training_ready=training_ready,
            updated_at=updated_at,
            user_id=user_id,
            validated_at=validated_at,
            validation_errors=validation_errors,
            validation_progress=validation_progress,
            validation_split=validation_split,
            warning_count=warning_count,
        )

        dataset_read.additional_properties = d
        return dataset_read

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
