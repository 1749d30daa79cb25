from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MetricsPointRead")


@_attrs_define
class MetricsPointRead:
    """The measurements of one optimizer step; losses in nats per token.

    Attributes:
        attempt (int):
        epoch (int):
        gpu_utilization (float | None):
        gradient_norm (float | None):
        id (UUID):
        job_id (UUID):
        learning_rate (float | None):
        memory_peak_bytes (int | None):
        step (int):
        throughput (float | None): Tokens per second.
        timestamp (datetime.datetime):
        tokens_seen (int | None):
        training_loss (float | None):
        validation_loss (float | None):
        validation_token_accuracy (float | None):
    """

    attempt: int
    epoch: int
    gpu_utilization: float | None
    gradient_norm: float | None
    id: UUID
    job_id: UUID
    learning_rate: float | None
    memory_peak_bytes: int | None
    step: int
    throughput: float | None
    timestamp: datetime.datetime
    tokens_seen: int | None
    training_loss: float | None
    validation_loss: float | None
    validation_token_accuracy: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        epoch = self.epoch

        gpu_utilization: float | None
        gpu_utilization = self.gpu_utilization

        gradient_norm: float | None
        gradient_norm = self.gradient_norm

        id = str(self.id)

        job_id = str(self.job_id)

        learning_rate: float | None
        learning_rate = self.learning_rate

        memory_peak_bytes: int | None
        memory_peak_bytes = self.memory_peak_bytes

        step = self.step

        throughput: float | None
        throughput = self.throughput

        timestamp = self.timestamp.isoformat()

        tokens_seen: int | None
        tokens_seen = self.tokens_seen

        training_loss: float | None
        training_loss = self.training_loss

        validation_loss: float | None
        validation_loss = self.validation_loss

        validation_token_accuracy: float | None
        validation_token_accuracy = self.validation_token_accuracy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempt": attempt,
                "epoch": epoch,
                "gpu_utilization": gpu_utilization,
                "gradient_norm": gradient_norm,
                "id": id,
                "job_id": job_id,
                "learning_rate": learning_rate,
                "memory_peak_bytes": memory_peak_bytes,
                "step": step,
                "throughput": throughput,
                "timestamp": timestamp,
                "tokens_seen": tokens_seen,
                "training_loss": training_loss,
                "validation_loss": validation_loss,
                "validation_token_accuracy": validation_token_accuracy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempt = d.pop("attempt")

        epoch = d.pop("epoch")

        def _parse_gpu_utilization(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        gpu_utilization = _parse_gpu_utilization(d.pop("gpu_utilization"))

        def _parse_gradient_norm(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        gradient_norm = _parse_gradient_norm(d.pop("gradient_norm"))

        id = UUID(d.pop("id"))

        job_id = UUID(d.pop("job_id"))

        def _parse_learning_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        learning_rate = _parse_learning_rate(d.pop("learning_rate"))

        def _parse_memory_peak_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        memory_peak_bytes = _parse_memory_peak_bytes(d.pop("memory_peak_bytes"))

        step = d.pop("step")

        def _parse_throughput(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        throughput = _parse_throughput(d.pop("throughput"))

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        def _parse_tokens_seen(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        tokens_seen = _parse_tokens_seen(d.pop("tokens_seen"))

        def _parse_training_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        training_loss = _parse_training_loss(d.pop("training_loss"))

        def _parse_validation_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        validation_loss = _parse_validation_loss(d.pop("validation_loss"))

        def _parse_validation_token_accuracy(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        validation_token_accuracy = _parse_validation_token_accuracy(d.pop("validation_token_accuracy"))

        metrics_point_read = cls(
            attempt=attempt,
            epoch=epoch,
            gpu_utilization=gpu_utilization,
            gradient_norm=gradient_norm,
            id=id,
            job_id=job_id,
            learning_rate=learning_rate,
            memory_peak_bytes=memory_peak_bytes,
            step=step,
            throughput=throughput,
            timestamp=timestamp,
            tokens_seen=tokens_seen,
            training_loss=training_loss,
            validation_loss=validation_loss,
            validation_token_accuracy=validation_token_accuracy,
        )

        metrics_point_read.additional_properties = d
        return metrics_point_read

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
