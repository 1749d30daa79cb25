from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Routes")


@_attrs_define
class Routes:
    """Where notifications and redirects lead in a frontend.

    Attributes:
        configure (str):
        dataset (str):
        job (str):
        model (str):
    """

    configure: str
    dataset: str
    job: str
    model: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        configure = self.configure

        dataset = self.dataset

        job = self.job

        model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "configure": configure,
                "dataset": dataset,
                "job": job,
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        configure = d.pop("configure")

        dataset = d.pop("dataset")

        job = d.pop("job")

        model = d.pop("model")

        routes = cls(
            configure=configure,
            dataset=dataset,
            job=job,
            model=model,
        )

        routes.additional_properties = d
        return routes

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
