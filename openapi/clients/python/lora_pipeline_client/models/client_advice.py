from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_status import JobStatus

T = TypeVar("T", bound="ClientAdvice")


@_attrs_define
class ClientAdvice:
    """How a frontend should behave.

    Attributes:
        active_statuses (list[JobStatus]):
        estimate_debounce_ms (int):
        poll_interval_seconds (int):
        terminal_statuses (list[JobStatus]):
    """

    active_statuses: list[JobStatus]
    estimate_debounce_ms: int
    poll_interval_seconds: int
    terminal_statuses: list[JobStatus]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        active_statuses = []
        for active_statuses_item_data in self.active_statuses:
            active_statuses_item = active_statuses_item_data.value
            active_statuses.append(active_statuses_item)

        estimate_debounce_ms = self.estimate_debounce_ms

        poll_interval_seconds = self.poll_interval_seconds

        terminal_statuses = []
        for terminal_statuses_item_data in self.terminal_statuses:
            terminal_statuses_item = terminal_statuses_item_data.value
            terminal_statuses.append(terminal_statuses_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "active_statuses": active_statuses,
                "estimate_debounce_ms": estimate_debounce_ms,
                "poll_interval_seconds": poll_interval_seconds,
                "terminal_statuses": terminal_statuses,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        active_statuses = []
        _active_statuses = d.pop("active_statuses")
        for active_statuses_item_data in _active_statuses:
            active_statuses_item = JobStatus(active_statuses_item_data)

            active_statuses.append(active_statuses_item)

        estimate_debounce_ms = d.pop("estimate_debounce_ms")

        poll_interval_seconds = d.pop("poll_interval_seconds")

        terminal_statuses = []
        _terminal_statuses = d.pop("terminal_statuses")
        for terminal_statuses_item_data in _terminal_statuses:
            terminal_statuses_item = JobStatus(terminal_statuses_item_data)

            terminal_statuses.append(terminal_statuses_item)

        client_advice = cls(
            active_statuses=active_statuses,
            estimate_debounce_ms=estimate_debounce_ms,
            poll_interval_seconds=poll_interval_seconds,
            terminal_statuses=terminal_statuses,
        )

        client_advice.additional_properties = d
        return client_advice

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
