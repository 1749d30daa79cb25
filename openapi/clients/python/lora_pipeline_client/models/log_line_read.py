from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.log_level import LogLevel

T = TypeVar("T", bound="LogLineRead")


@_attrs_define
class LogLineRead:
    """One line of the trainer's log.

    Attributes:
        at (datetime.datetime):
        attempt (int):
        level (LogLevel): Severity of a line, lowest first; `output` is output of the program without a level.
        message (str):
        seq (int):
    """

    at: datetime.datetime
    attempt: int
    level: LogLevel
    message: str
    seq: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        attempt = self.attempt

        level = self.level.value

        message = self.message

        seq = self.seq

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "attempt": attempt,
                "level": level,
                "message": message,
                "seq": seq,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        attempt = d.pop("attempt")

        level = LogLevel(d.pop("level"))

        message = d.pop("message")

        seq = d.pop("seq")

        log_line_read = cls(
            at=at,
            attempt=attempt,
            level=level,
            message=message,
            seq=seq,
        )

        log_line_read.additional_properties = d
        return log_line_read

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
