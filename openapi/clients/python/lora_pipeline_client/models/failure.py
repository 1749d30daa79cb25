from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.failure_details_type_1 import FailureDetailsType1


T = TypeVar("T", bound="Failure")


@_attrs_define
class Failure:
    """The envelope of every failure.

    Attributes:
        code (str): Stable, for programs.
        details (FailureDetailsType1 | str): The exact problem; for validation errors, messages by dotted field path.
        error (str): A short human sentence.
        request_id (str):
        success (bool):
    """

    code: str
    details: FailureDetailsType1 | str
    error: str
    request_id: str
    success: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.failure_details_type_1 import FailureDetailsType1  # noqa: PLC0415

        code = self.code

        details: dict[str, Any] | str
        if isinstance(self.details, FailureDetailsType1):
            details = self.details.to_dict()
        else:
            details = self.details

        error = self.error

        request_id = self.request_id

        success = self.success

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "details": details,
                "error": error,
                "request_id": request_id,
                "success": success,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.failure_details_type_1 import FailureDetailsType1  # noqa: PLC0415

        d = dict(src_dict)
        code = d.pop("code")

        def _parse_details(data: object) -> FailureDetailsType1 | str:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                details_type_1 = FailureDetailsType1.from_dict(data)

                return details_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FailureDetailsType1 | str, data)

        details = _parse_details(d.pop("details"))

        error = d.pop("error")

        request_id = d.pop("request_id")

        success = d.pop("success")

        failure = cls(
            code=code,
            details=details,
            error=error,
            request_id=request_id,
            success=success,
        )

        failure.additional_properties = d
        return failure

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
