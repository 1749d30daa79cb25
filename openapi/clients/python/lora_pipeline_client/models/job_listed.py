from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_listed_method import JobListedMethod
from ..models.job_status import JobStatus
from ..models.preset_id import PresetId
from ..models.stage import Stage

if TYPE_CHECKING:
    from ..models.gpu_config import GpuConfig
    from ..models.hardware import Hardware
    from ..models.hyperparameters_read import HyperparametersRead
    from ..models.job_dataset import JobDataset
    from ..models.job_listed_current_metrics import JobListedCurrentMetrics
    from ..models.job_listed_metadata import JobListedMetadata


T = TypeVar("T", bound="JobListed")


@_attrs_define
class JobListed:
    """A job with its dataset.

    Attributes:
        artifact_id (None | UUID):
        attempt (int):
        backend (str):
        base_model (str):
        cancel_notes (None | str):
        cancel_reason (None | str):
        cancel_requested_at (datetime.datetime | None):
        completed_at (datetime.datetime | None):
        created_at (datetime.datetime):
        current_cost (float):
        current_epoch (int):
        current_metrics (JobListedCurrentMetrics):
        current_stage (Stage): The step of a job within its status.
        current_step (int):
        dataset (JobDataset): The dataset a job trains on.
        dataset_id (UUID):
        dataset_sha256 (str):
        error_message (None | str):
        estimated_completion_at (datetime.datetime | None):
        estimated_total_cost (float):
        eval_prompts (list[str]):
        expected_start_at (datetime.datetime | None): An estimate, while the job is queued.
        external_job_id (None | str):
        failure_code (None | str):
        final_cost (float | None):
        gpu_config (GpuConfig): The price tag: which GPUs, and how many.
        hardware (Hardware | None):
        hourly_rate (float):
        hyperparameters (HyperparametersRead): The resolved values a job trains with; optional ones are left out unless
            they were set.
        id (UUID):
        last_seq (int): Of its last event: pass as `after_seq` to go on.
        max_cost_usd (float | None):
        max_left_out (float):
        metadata (JobListedMetadata):
        method (JobListedMethod):
        name (None | str):
        parent_job_id (None | UUID):
        preset_id (PresetId): A named set of hyperparameters; custom is whatever differs from one.
        progress (float):
        queue_position (int | None): From 1, while the job is queued.
        queued_at (datetime.datetime):
        remedies (list[str]):
        retry_count (int):
        started_at (datetime.datetime | None):
        status (JobStatus): Status of a job.
        total_epochs (int):
        total_steps (int):
        updated_at (datetime.datetime):
        user_id (UUID):
        warnings (list[str]):
    """

    artifact_id: None | UUID
    attempt: int
    backend: str
    base_model: str
    cancel_notes: None | str
    cancel_reason: None | str
    cancel_requested_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    created_at: datetime.datetime
    current_cost: float
    current_epoch: int
    current_metrics: JobListedCurrentMetrics
    current_stage: Stage
    current_step: int
    dataset: JobDataset
    dataset_id: UUID
    dataset_sha256: str
    error_message: None | str
    estimated_completion_at: datetime.datetime | None
    estimated_total_cost: float
    eval_prompts: list[str]
    expected_start_at: datetime.datetime | None
    external_job_id: None | str
    failure_code: None | str
    final_cost: float | None
    gpu_config: GpuConfig
    hardware: Hardware | None
    hourly_rate: float
    hyperparameters: HyperparametersRead
    id: UUID
    last_seq: int
    max_cost_usd: float | None
    max_left_out: float
    metadata: JobListedMetadata
    method: JobListedMethod
    name: None | str
    parent_job_id: None | UUID
    preset_id: PresetId
    progress: float
    queue_position: int | None
    queued_at: datetime.datetime
    remedies: list[str]
    retry_count: int
    started_at: datetime.datetime | None
    status: JobStatus
    total_epochs: int
    total_steps: int
    updated_at: datetime.datetime
    user_id: UUID
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.hardware import Hardware  # noqa: PLC0415

        artifact_id: None | str
        if isinstance(self.artifact_id, UUID):
            artifact_id = str(self.artifact_id)
        else:
            artifact_id = self.artifact_id

        attempt = self.attempt

        backend = self.backend

        base_model = self.base_model

        cancel_notes: None | str
        cancel_notes = self.cancel_notes

        cancel_reason: None | str
        cancel_reason = self.cancel_reason

        cancel_requested_at: None | str
        if isinstance(self.cancel_requested_at, datetime.datetime):
            cancel_requested_at = self.cancel_requested_at.isoformat()
        else:
            cancel_requested_at = self.cancel_requested_at

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        created_at = self.created_at.isoformat()

        current_cost = self.current_cost

        current_epoch = self.current_epoch

        current_metrics = self.current_metrics.to_dict()

        current_stage = self.current_stage.value

        current_step = self.current_step

        dataset = self.dataset.to_dict()

        dataset_id = str(self.dataset_id)

        dataset_sha256 = self.dataset_sha256

        error_message: None | str
        error_message = self.error_message

        estimated_completion_at: None | str
        if isinstance(self.estimated_completion_at, datetime.datetime):
            estimated_completion_at = self.estimated_completion_at.isoformat()
        else:
            estimated_completion_at = self.estimated_completion_at

        estimated_total_cost = self.estimated_total_cost

        eval_prompts = self.eval_prompts

        expected_start_at: None | str
        if isinstance(self.expected_start_at, datetime.datetime):
            expected_start_at = self.expected_start_at.isoformat()
        else:
            expected_start_at = self.expected_start_at

        external_job_id: None | str
        external_job_id = self.external_job_id

        failure_code: None | str
        failure_code = self.failure_code

        final_cost: float | None
        final_cost = self.final_cost

        gpu_config = self.gpu_config.to_dict()

        hardware: dict[str, Any] | None
        if isinstance(self.hardware, Hardware):
            hardware = self.hardware.to_dict()
        else:
            hardware = self.hardware

        hourly_rate = self.hourly_rate

        hyperparameters = self.hyperparameters.to_dict()

        id = str(self.id)

        last_seq = self.last_seq

        max_cost_usd: float | None
        max_cost_usd = self.max_cost_usd

        max_left_out = self.max_left_out

        metadata = self.metadata.to_dict()

        method = self.method.value

        name: None | str
        name = self.name

        parent_job_id: None | str
        if isinstance(self.parent_job_id, UUID):
            parent_job_id = str(self.parent_job_id)
        else:
            parent_job_id = self.parent_job_id

        preset_id = self.preset_id.value

        progress = self.progress

        queue_position: int | None
        queue_position = self.queue_position

        queued_at = self.queued_at.isoformat()

        remedies = self.remedies

        retry_count = self.retry_count

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        status = self.status.value

        total_epochs = self.total_epochs

        total_steps = self.total_steps

        updated_at = self.updated_at.isoformat()

        user_id = str(self.user_id)

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "artifact_id": artifact_id,
                "attempt": attempt,
                "backend": backend,
                "base_model": base_model,
                "cancel_notes": cancel_notes,
                "cancel_reason": cancel_reason,
                "cancel_requested_at": cancel_requested_at,
                "completed_at": completed_at,
                "created_at": created_at,
                "current_cost": current_cost,
                "current_epoch": current_epoch,
                "current_metrics": current_metrics,
                "current_stage": current_stage,
                "current_step": current_step,
                "dataset": dataset,
                "dataset_id": dataset_id,
                "dataset_sha256": dataset_sha256,
                "error_message": error_message,
                "estimated_completion_at": estimated_completion_at,
                "estimated_total_cost": estimated_total_cost,
                "eval_prompts": eval_prompts,
                "expected_start_at": expected_start_at,
                "external_job_id": external_job_id,
                "failure_code": failure_code,
                "final_cost": final_cost,
                "gpu_config": gpu_config,
                "hardware": hardware,
                "hourly_rate": hourly_rate,
                "hyperparameters": hyperparameters,
                "id": id,
                "last_seq": last_seq,
                "max_cost_usd": max_cost_usd,
                "max_left_out": max_left_out,
                "metadata": metadata,
                "method": method,
                "name": name,
                "parent_job_id": parent_job_id,
                "preset_id": preset_id,
                "progress": progress,
                "queue_position": queue_position,
                "queued_at": queued_at,
                "remedies": remedies,
                "retry_count": retry_count,
                "started_at": started_at,
                "status": status,
                "total_epochs": total_epochs,
                "total_steps": total_steps,
                "updated_at": updated_at,
                "user_id": user_id,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gpu_config import GpuConfig  # noqa: PLC0415
        from ..models.hardware import Hardware  # noqa: PLC0415
        from ..models.hyperparameters_read import HyperparametersRead  # noqa: PLC0415
        from ..models.job_dataset import JobDataset  # noqa: PLC0415
        from ..models.job_listed_current_metrics import JobListedCurrentMetrics  # noqa: PLC0415
        from ..models.job_listed_metadata import JobListedMetadata  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_artifact_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                artifact_id_type_0 = UUID(data)

                return artifact_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        artifact_id = _parse_artifact_id(d.pop("artifact_id"))

        attempt = d.pop("attempt")

        backend = d.pop("backend")

        base_model = d.pop("base_model")

        def _parse_cancel_notes(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cancel_notes = _parse_cancel_notes(d.pop("cancel_notes"))

        def _parse_cancel_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cancel_reason = _parse_cancel_reason(d.pop("cancel_reason"))

        def _parse_cancel_requested_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cancel_requested_at_type_0 = datetime.datetime.fromisoformat(data)

                return cancel_requested_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cancel_requested_at = _parse_cancel_requested_at(d.pop("cancel_requested_at"))

        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        current_cost = d.pop("current_cost")

        current_epoch = d.pop("current_epoch")

        current_metrics = JobListedCurrentMetrics.from_dict(d.pop("current_metrics"))

        current_stage = Stage(d.pop("current_stage"))

        current_step = d.pop("current_step")

        dataset = JobDataset.from_dict(d.pop("dataset"))

        dataset_id = UUID(d.pop("dataset_id"))

        dataset_sha256 = d.pop("dataset_sha256")

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        def _parse_estimated_completion_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                estimated_completion_at_type_0 = datetime.datetime.fromisoformat(data)

                return estimated_completion_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        estimated_completion_at = _parse_estimated_completion_at(d.pop("estimated_completion_at"))

        estimated_total_cost = d.pop("estimated_total_cost")

        eval_prompts = cast(list[str], d.pop("eval_prompts"))

        def _parse_expected_start_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expected_start_at_type_0 = datetime.datetime.fromisoformat(data)

                return expected_start_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expected_start_at = _parse_expected_start_at(d.pop("expected_start_at"))

        def _parse_external_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_job_id = _parse_external_job_id(d.pop("external_job_id"))

        def _parse_failure_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure_code = _parse_failure_code(d.pop("failure_code"))

        def _parse_final_cost(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        final_cost = _parse_final_cost(d.pop("final_cost"))

        gpu_config = GpuConfig.from_dict(d.pop("gpu_config"))

        def _parse_hardware(data: object) -> Hardware | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                hardware_type_0 = Hardware.from_dict(data)

                return hardware_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Hardware | None, data)

        hardware = _parse_hardware(d.pop("hardware"))

        hourly_rate = d.pop("hourly_rate")

        hyperparameters = HyperparametersRead.from_dict(d.pop("hyperparameters"))

        id = UUID(d.pop("id"))

        last_seq = d.pop("last_seq")

        def _parse_max_cost_usd(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd"))

        max_left_out = d.pop("max_left_out")

        metadata = JobListedMetadata.from_dict(d.pop("metadata"))

        method = JobListedMethod(d.pop("method"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

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

        preset_id = PresetId(d.pop("preset_id"))

        progress = d.pop("progress")

        def _parse_queue_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        queue_position = _parse_queue_position(d.pop("queue_position"))

        queued_at = datetime.datetime.fromisoformat(d.pop("queued_at"))

        remedies = cast(list[str], d.pop("remedies"))

        retry_count = d.pop("retry_count")

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        status = JobStatus(d.pop("status"))

        total_epochs = d.pop("total_epochs")

        total_steps = d.pop("total_steps")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        user_id = UUID(d.pop("user_id"))

        warnings = cast(list[str], d.pop("warnings"))

        job_listed = cls(
            artifact_id=artifact_id,
            attempt=attempt,
            backend=backend,
            base_model=base_model,
            cancel_notes=cancel_notes,
            cancel_reason=cancel_reason,
            cancel_requested_at=cancel_requested_at,
            completed_at=completed_at,
            created_at=created_at,
            current_cost=current_cost,
            current_epoch=current_epoch,
            current_metrics=current_metrics,
            current_stage=current_stage,
            current_step=current_step,
            dataset=dataset,
            dataset_id=dataset_id,
            dataset_sha256=dataset_sha256,
            error_message=error_message,
            estimated_completion_at=estimated_completion_at,
            estimated_total_cost=estimated_total_cost,
            eval_prompts=eval_prompts,
            expected_start_at=expected_start_at,
            external_job_id=external_job_id,
            failure_code=failure_code,
            final_cost=final_cost,
            gpu_config=gpu_config,
            hardware=hardware,
            hourly_rate=hourly_rate,
            hyperparameters=hyperparameters,
            id=id,
            last_seq=last_seq,
            max_cost_usd=max_cost_usd,
            max_left_out=max_left_out,
            metadata=metadata,
            method=method,
            name=name,
            parent_job_id=parent_job_id,
            preset_id=preset_id,
            progress=progress,
            queue_position=queue_position,
            queued_at=queued_at,
            remedies=remedies,
            retry_count=retry_count,
            started_at=started_at,
            status=status,
            total_epochs=total_epochs,
            total_steps=total_steps,
            updated_at=updated_at,
            user_id=user_id,
            warnings=warnings,
        )

        job_listed.additional_properties = d
        return job_listed

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
