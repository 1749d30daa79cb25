from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AccountLimits")


@_attrs_define
class AccountLimits:
    """The most that you may have at a time, or make in 24 hours; null where there is no limit.

    Attributes:
        api_keys (int):
        api_keys_per_day (int):
        datasets_per_day (int):
        jobs_per_day (int):
        open_uploads (int):
        pending_fits (int):
        queued_jobs (int):
        requests_per_minute (int | None):
        running_jobs (int | None):
        stored_bytes (int):
        upload_bytes (int): The largest file.
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
    requests_per_minute: int | None
    running_jobs: int | None
    stored_bytes: int
    upload_bytes: int
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

        requests_per_minute: int | None
        requests_per_minute = self.requests_per_minute

        running_jobs: int | None
        running_jobs = self.running_jobs

        stored_bytes = self.stored_bytes

        upload_bytes = self.upload_bytes

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
                "requests_per_minute": requests_per_minute,
                "running_jobs": running_jobs,
                "stored_bytes": stored_bytes,
                "upload_bytes": upload_bytes,
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

        def _parse_requests_per_minute(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        requests_per_minute = _parse_requests_per_minute(d.pop("requests_per_minute"))

        def _parse_running_jobs(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        running_jobs = _parse_running_jobs(d.pop("running_jobs"))

        stored_bytes = d.pop("stored_bytes")

        upload_bytes = d.pop("upload_bytes")

        webhooks = d.pop("webhooks")

        webhooks_per_day = d.pop("webhooks_per_day")

        account_limits = cls(
            api_keys=api_keys,
            api_keys_per_day=api_keys_per_day,
            datasets_per_day=datasets_per_day,
            jobs_per_day=jobs_per_day,
            open_uploads=open_uploads,
            pending_fits=pending_fits,
            queued_jobs=queued_jobs,
            requests_per_minute=requests_per_minute,
            running_jobs=running_jobs,
            stored_bytes=stored_bytes,
            upload_bytes=upload_bytes,
            webhooks=webhooks,
            webhooks_per_day=webhooks_per_day,
        )

        account_limits.additional_properties = d
        return account_limits

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
