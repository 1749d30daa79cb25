from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AccountUsage")


@_attrs_define
class AccountUsage:
    """Current usage of each limit.

    Attributes:
        api_keys (int):
        api_keys_per_day (int):
        datasets_per_day (int):
        jobs_per_day (int): Made in the last 24 hours, whatever became of them.
        open_uploads (int): Datasets that wait for their file, deleted ones until their URLs expire.
        pending_fits (int):
        queued_jobs (int):
        running_jobs (int):
        stored_bytes (int): Your datasets, deleted ones until they are purged; twice while sent in parts, since the file
            may be sent whole beside them.
        webhooks (int):
        webhooks_per_day (int):
    """

    api_keys: int
    api_keys_per_day: int
    datasets_per_day: int
    jobs_per_day: int
    open_uploads: int
    pending_fits: int
    queued_jobs: int
    running_jobs: int
    stored_bytes: int
    webhooks: int
    webhooks_per_day: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_keys = self.api_keys

        api_keys_per_day = self.api_keys_per_day

        datasets_per_day = self.datasets_per_day

        jobs_per_day = self.jobs_per_day

        open_uploads = self.open_uploads

        pending_fits = self.pending_fits

        queued_jobs = self.queued_jobs

        running_jobs = self.running_jobs

        stored_bytes = self.stored_bytes

        webhooks = self.webhooks

        webhooks_per_day = self.webhooks_per_day

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_keys": api_keys,
                "api_keys_per_day": api_keys_per_day,
                "datasets_per_day": datasets_per_day,
                "jobs_per_day": jobs_per_day,
                "open_uploads": open_uploads,
                "pending_fits": pending_fits,
                "queued_jobs": queued_jobs,
                "running_jobs": running_jobs,
                "stored_bytes": stored_bytes,
                "webhooks": webhooks,
                "webhooks_per_day": webhooks_per_day,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        api_keys = d.pop("api_keys")

        api_keys_per_day = d.pop("api_keys_per_day")

        datasets_per_day = d.pop("datasets_per_day")

        jobs_per_day = d.pop("jobs_per_day")

        open_uploads = d.pop("open_uploads")

        pending_fits = d.pop("pending_fits")

        queued_jobs = d.pop("queued_jobs")

        running_jobs = d.pop("running_jobs")

        stored_bytes = d.pop("stored_bytes")

        webhooks = d.pop("webhooks")

        webhooks_per_day = d.pop("webhooks_per_day")

        account_usage = cls(
            api_keys=api_keys,
            api_keys_per_day=api_keys_per_day,
            datasets_per_day=datasets_per_day,
            jobs_per_day=jobs_per_day,
            open_uploads=open_uploads,
            pending_fits=pending_fits,
            queued_jobs=queued_jobs,
            running_jobs=running_jobs,
            stored_bytes=stored_bytes,
            webhooks=webhooks,
            webhooks_per_day=webhooks_per_day,
        )

        account_usage.additional_properties = d
        return account_usage

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
