from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NotificationPreferences")


@_attrs_define
class NotificationPreferences:
    """Which notifications you want; types that are left out are wanted. Webhooks hear of all.

    Attributes:
        artifact_ready (bool | Unset):  Default: True.
        cost_alert (bool | Unset):  Default: True.
        dataset_failed (bool | Unset):  Default: True.
        dataset_ready (bool | Unset):  Default: True.
        job_cancelled (bool | Unset):  Default: True.
        job_completed (bool | Unset):  Default: True.
        job_failed (bool | Unset):  Default: True.
        job_queued (bool | Unset):  Default: True.
        job_started (bool | Unset):  Default: True.
    """

    artifact_ready: bool | Unset = True
    cost_alert: bool | Unset = True
    dataset_failed: bool | Unset = True
    dataset_ready: bool | Unset = True
    job_cancelled: bool | Unset = True
    job_completed: bool | Unset = True
    job_failed: bool | Unset = True
    job_queued: bool | Unset = True
    job_started: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        artifact_ready = self.artifact_ready

        cost_alert = self.cost_alert

        dataset_failed = self.dataset_failed

        dataset_ready = self.dataset_ready

        job_cancelled = self.job_cancelled

        job_completed = self.job_completed

        job_failed = self.job_failed

        job_queued = self.job_queued

        job_started = self.job_started

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if artifact_ready is not UNSET:
            field_dict["artifact_ready"] = artifact_ready
        if cost_alert is not UNSET:
            field_dict["cost_alert"] = cost_alert
        if dataset_failed is not UNSET:
            field_dict["dataset_failed"] = dataset_failed
        if dataset_ready is not UNSET:
            field_dict["dataset_ready"] = dataset_ready
        if job_cancelled is not UNSET:
            field_dict["job_cancelled"] = job_cancelled
        if job_completed is not UNSET:
            field_dict["job_completed"] = job_completed
        if job_failed is not UNSET:
            field_dict["job_failed"] = job_failed
        if job_queued is not UNSET:
            field_dict["job_queued"] = job_queued
        if job_started is not UNSET:
            field_dict["job_started"] = job_started

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        artifact_ready = d.pop("artifact_ready", UNSET)

        cost_alert = d.pop("cost_alert", UNSET)

        dataset_failed = d.pop("dataset_failed", UNSET)

        dataset_ready = d.pop("dataset_ready", UNSET)

        job_cancelled = d.pop("job_cancelled", UNSET)

        job_completed = d.pop("job_completed", UNSET)

        job_failed = d.pop("job_failed", UNSET)

        job_queued = d.pop("job_queued", UNSET)

        job_started = d.pop("job_started", UNSET)

        notification_preferences = cls(
            artifact_ready=artifact_ready,
            cost_alert=cost_alert,
            dataset_failed=dataset_failed,
            dataset_ready=dataset_ready,
            job_cancelled=job_cancelled,
            job_completed=job_completed,
            job_failed=job_failed,
            job_queued=job_queued,
            job_started=job_started,
        )

        return notification_preferences
