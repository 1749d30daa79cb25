from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Verification")


@_attrs_define
class Verification:
    """Proof that the stored adapter loads: a fresh process computed the trained model's logits.

    Attributes:
        max_abs_difference (float):
        method (str):
        passed (bool):
        prompt_tokens (int):
        tolerance (float):
    """

    max_abs_difference: float
    method: str
    passed: bool
    prompt_tokens: int
    tolerance: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_abs_difference = self.max_abs_difference

        method = self.method

        passed = self.passed

        prompt_tokens = self.prompt_tokens

        tolerance = self.tolerance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "max_abs_difference": max_abs_difference,
                "method": method,
                "passed": passed,
                "prompt_tokens": prompt_tokens,
                "tolerance": tolerance,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_abs_difference = d.pop("max_abs_difference")

        method = d.pop("method")

        passed = d.pop("passed")

        prompt_tokens = d.pop("prompt_tokens")

        tolerance = d.pop("tolerance")

        verification = cls(
            max_abs_difference=max_abs_difference,
            method=method,
            passed=passed,
            prompt_tokens=prompt_tokens,
            tolerance=tolerance,
        )

        verification.additional_properties = d
        return verification

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
