from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.finding_severity import FindingSeverity

T = TypeVar("T", bound="FindingRead")


@_attrs_define
class FindingRead:
    """One problem that validation found, with its place and how to fix it.

    Attributes:
        code (str):
        column (int | None):
        line (int): Physical line of the file, from 1; blank lines count.
        message (str):
        pointer (str): JSON pointer into the record.
        severity (FindingSeverity): How bad a finding is: only an error keeps a dataset from being trained on.
        snippet (str):
        suggestion (str):
    """

    code: str
    column: int | None
    line: int
    message: str
    pointer: str
    severity: FindingSeverity
    snippet: str
    suggestion: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        column: int | None
        column = self.column

        line = self.line

        message = self.message

        pointer = self.pointer

        severity = self.severity.value

        snippet = self.snippet

        suggestion = self.suggestion

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "column": column,
                "line": line,
                "message": message,
                "pointer": pointer,
                "severity": severity,
                "snippet": snippet,
                "suggestion": suggestion,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        def _parse_column(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        column = _parse_column(d.pop("column"))

        line = d.pop("line")

        message = d.pop("message")

        pointer = d.pop("pointer")

        severity = FindingSeverity(d.pop("severity"))

        snippet = d.pop("snippet")

        suggestion = d.pop("suggestion")

        finding_read = cls(
            code=code,
            column=column,
            line=line,
            message=message,
            pointer=pointer,
            severity=severity,
            snippet=snippet,
            suggestion=suggestion,
        )

        finding_read.additional_properties = d
        return finding_read

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
