from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.preset_id import PresetId
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.gpu_config import GpuConfig
    from ..models.hyperparameters_read import HyperparametersRead


T = TypeVar("T", bound="Configuration")


@_attrs_define
class Configuration:
    """The configuration that a model was trained with.

    Attributes:
        gpu_config (GpuConfig): The price tag: which GPUs, and how many.
        hyperparameters (HyperparametersRead): The resolved values a job trains with; optional ones are left out unless
            they were set.
        preset_id (PresetId): A named set of hyperparameters; custom is whatever differs from one.
        base_model (None | str | Unset):
    """

    gpu_config: GpuConfig
    hyperparameters: HyperparametersRead
    preset_id: PresetId
    base_model: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        gpu_config = self.gpu_config.to_dict()

        hyperparameters = self.hyperparameters.to_dict()

        preset_id = self.preset_id.value

        base_model: None | str | Unset
        if isinstance(self.base_model, Unset):
            base_model = UNSET
        else:
            base_model = self.base_model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "gpu_config": gpu_config,
                "hyperparameters": hyperparameters,
                "preset_id": preset_id,
            }
        )
        if base_model is not UNSET:
            field_dict["base_model"] = base_model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gpu_config import GpuConfig  # noqa: PLC0415
        from ..models.hyperparameters_read import HyperparametersRead  # noqa: PLC0415

        d = dict(src_dict)
        gpu_config = GpuConfig.from_dict(d.pop("gpu_config"))

        hyperparameters = HyperparametersRead.from_dict(d.pop("hyperparameters"))

        preset_id = PresetId(d.pop("preset_id"))

        def _parse_base_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        base_model = _parse_base_model(d.pop("base_model", UNSET))

        configuration = cls(
            gpu_config=gpu_config,
            hyperparameters=hyperparameters,
            preset_id=preset_id,
            base_model=base_model,
        )

        configuration.additional_properties = d
        return configuration

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
