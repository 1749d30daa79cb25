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
        open_uploads (int):
        pending_fits (int):
        queued_jobs (int):
        running_jobs (int):
        stored_bytes (int): Your datasets, deleted ones until they are purged.
        webhooks (int):
    """

    api_keys: int
    open_uploads: int
    pending_fits: int
    queued_jobs: int
    running_jobs: int
    stored_bytes: int
    webhooks: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_keys = self.api_keys

        open_uploads = self.open_uploads

        pending_fits = self.pending_fits

        queued_jobs = self.queued_jobs

        running_jobs = self.running_jobs

        stored_bytes = self.stored_bytes

        webhooks = self.webhooks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_keys": api_keys,
                "open_uploads": open_uploads,
                "pending_fits": pending_fits,
                "queued_jobs": queued_jobs,
                "running_jobs": running_jobs,
                "stored_bytes": stored_bytes,
                "webhooks": webhooks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        api_keys = d.pop("api_keys")

        open_uploads = d.pop("open_uploads")

        pending_fits = d.pop("pending_fits")

        queued_jobs = d.pop("queued_jobs")

        running_jobs = d.pop("running_jobs")

        stored_bytes = d.pop("stored_bytes")

        webhooks = d.pop("webhooks")

        account_usage = cls(
            api_keys=api_keys,
            open_uploads=open_uploads,
            pending_fits=pending_fits,
            queued_jobs=queued_jobs,
            running_jobs=running_jobs,
            stored_bytes=stored_bytes,
            webhooks=webhooks,
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
