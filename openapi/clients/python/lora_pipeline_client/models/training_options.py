from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.base_model_read import BaseModelRead
    from ..models.client_advice import ClientAdvice
    from ..models.display_rule import DisplayRule
    from ..models.gpu_count_option import GpuCountOption
    from ..models.gpu_option import GpuOption
    from ..models.hyperparameter_option import HyperparameterOption
    from ..models.limits import Limits
    from ..models.preset_option import PresetOption
    from ..models.routes import Routes


T = TypeVar("T", bound="TrainingOptions")


@_attrs_define
class TrainingOptions:
    """Everything a configuration page needs without hard-coding.

    Attributes:
        base_models (list[BaseModelRead]):
        client (ClientAdvice): How a frontend should behave.
        estimate_display (list[DisplayRule]):
        gpu_count (GpuCountOption): How many GPUs.
        gpu_types (list[GpuOption]):
        hyperparameters (list[HyperparameterOption]):
        limits (Limits): Limits of what the service accepts.
        presets (list[PresetOption]):
        routes (Routes): Where notifications and redirects lead in a frontend.
    """

    base_models: list[BaseModelRead]
    client: ClientAdvice
    estimate_display: list[DisplayRule]
    gpu_count: GpuCountOption
    gpu_types: list[GpuOption]
    hyperparameters: list[HyperparameterOption]
    limits: Limits
    presets: list[PresetOption]
    routes: Routes
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        base_models = []
        for base_models_item_data in self.base_models:
            base_models_item = base_models_item_data.to_dict()
            base_models.append(base_models_item)

        client = self.client.to_dict()

        estimate_display = []
        for estimate_display_item_data in self.estimate_display:
            estimate_display_item = estimate_display_item_data.to_dict()
            estimate_display.append(estimate_display_item)

        gpu_count = self.gpu_count.to_dict()

        gpu_types = []
        for gpu_types_item_data in self.gpu_types:
            gpu_types_item = gpu_types_item_data.to_dict()
            gpu_types.append(gpu_types_item)

        hyperparameters = []
        for hyperparameters_item_data in self.hyperparameters:
            hyperparameters_item = hyperparameters_item_data.to_dict()
            hyperparameters.append(hyperparameters_item)

        limits = self.limits.to_dict()

        presets = []
        for presets_item_data in self.presets:
            presets_item = presets_item_data.to_dict()
            presets.append(presets_item)

        routes = self.routes.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "base_models": base_models,
                "client": client,
                "estimate_display": estimate_display,
                "gpu_count": gpu_count,
                "gpu_types": gpu_types,
                "hyperparameters": hyperparameters,
                "limits": limits,
                "presets": presets,
                "routes": routes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.base_model_read import BaseModelRead  # noqa: PLC0415
        from ..models.client_advice import ClientAdvice  # noqa: PLC0415
        from ..models.display_rule import DisplayRule  # noqa: PLC0415
        from ..models.gpu_count_option import GpuCountOption  # noqa: PLC0415
        from ..models.gpu_option import GpuOption  # noqa: PLC0415
        from ..models.hyperparameter_option import HyperparameterOption  # noqa: PLC0415
        from ..models.limits import Limits  # noqa: PLC0415
        from ..models.preset_option import PresetOption  # noqa: PLC0415
        from ..models.routes import Routes  # noqa: PLC0415

        d = dict(src_dict)
        base_models = []
        _base_models = d.pop("base_models")
        for base_models_item_data in _base_models:
            base_models_item = BaseModelRead.from_dict(base_models_item_data)

            base_models.append(base_models_item)

        client = ClientAdvice.from_dict(d.pop("client"))

        estimate_display = []
        _estimate_display = d.pop("estimate_display")
        for estimate_display_item_data in _estimate_display:
            estimate_display_item = DisplayRule.from_dict(estimate_display_item_data)

            estimate_display.append(estimate_display_item)

        gpu_count = GpuCountOption.from_dict(d.pop("gpu_count"))

        gpu_types = []
        _gpu_types = d.pop("gpu_types")
        for gpu_types_item_data in _gpu_types:
            gpu_types_item = GpuOption.from_dict(gpu_types_item_data)

            gpu_types.append(gpu_types_item)

        hyperparameters = []
        _hyperparameters = d.pop("hyperparameters")
        for hyperparameters_item_data in _hyperparameters:
            hyperparameters_item = HyperparameterOption.from_dict(hyperparameters_item_data)

            hyperparameters.append(hyperparameters_item)

        limits = Limits.from_dict(d.pop("limits"))

        presets = []
        _presets = d.pop("presets")
        for presets_item_data in _presets:
            presets_item = PresetOption.from_dict(presets_item_data)

            presets.append(presets_item)

        routes = Routes.from_dict(d.pop("routes"))

        training_options = cls(
            base_models=base_models,
            client=client,
            estimate_display=estimate_display,
            gpu_count=gpu_count,
            gpu_types=gpu_types,
            hyperparameters=hyperparameters,
            limits=limits,
            presets=presets,
            routes=routes,
        )

        training_options.additional_properties = d
        return training_options

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
