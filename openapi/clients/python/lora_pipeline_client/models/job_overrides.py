from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.job_overrides_method_type_0 import JobOverridesMethodType0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.gpu_config import GpuConfig
    from ..models.hyperparameters import Hyperparameters
    from ..models.job_overrides_metadata_type_0 import JobOverridesMetadataType0


T = TypeVar("T", bound="JobOverrides")


@_attrs_define
class JobOverrides:
    """The settings to change for this try.

    Attributes:
        base_model (None | str | Unset):
        gpu_config (GpuConfig | None | Unset):
        hyperparameters (Hyperparameters | Unset): Missing values come from the preset; values that differ from it make
            the preset custom.
        max_cost_usd (float | None | str | Unset):
        max_left_out (float | None | Unset):
        metadata (JobOverridesMetadataType0 | None | Unset):
        method (JobOverridesMethodType0 | None | Unset):
        name (None | str | Unset):
    """

    base_model: None | str | Unset = UNSET
    gpu_config: GpuConfig | None | Unset = UNSET
    hyperparameters: Hyperparameters | Unset = UNSET
    max_cost_usd: float | None | str | Unset = UNSET
    max_left_out: float | None | Unset = UNSET
    metadata: JobOverridesMetadataType0 | None | Unset = UNSET
    method: JobOverridesMethodType0 | None | Unset = UNSET
    name: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.gpu_config import GpuConfig  # noqa: PLC0415
        from ..models.job_overrides_metadata_type_0 import JobOverridesMetadataType0  # noqa: PLC0415

        base_model: None | str | Unset
        if isinstance(self.base_model, Unset):
            base_model = UNSET
        else:
            base_model = self.base_model

        gpu_config: dict[str, Any] | None | Unset
        if isinstance(self.gpu_config, Unset):
            gpu_config = UNSET
        elif isinstance(self.gpu_config, GpuConfig):
            gpu_config = self.gpu_config.to_dict()
        else:
            gpu_config = self.gpu_config

        hyperparameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hyperparameters, Unset):
            hyperparameters = self.hyperparameters.to_dict()

        max_cost_usd: float | None | str | Unset
        if isinstance(self.max_cost_usd, Unset):
            max_cost_usd = UNSET
        else:
            max_cost_usd = self.max_cost_usd

        max_left_out: float | None | Unset
        if isinstance(self.max_left_out, Unset):
            max_left_out = UNSET
        else:
            max_left_out = self.max_left_out

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, JobOverridesMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        method: None | str | Unset
        if isinstance(self.method, Unset):
            method = UNSET
        elif isinstance(self.method, JobOverridesMethodType0):
            method = self.method.value
        else:
            method = self.method

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if base_model is not UNSET:
            field_dict["base_model"] = base_model
        if gpu_config is not UNSET:
            field_dict["gpu_config"] = gpu_config
        if hyperparameters is not UNSET:
            field_dict["hyperparameters"] = hyperparameters
        if max_cost_usd is not UNSET:
            field_dict["max_cost_usd"] = max_cost_usd
        if max_left_out is not UNSET:
            field_dict["max_left_out"] = max_left_out
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if method is not UNSET:
            field_dict["method"] = method
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gpu_config import GpuConfig  # noqa: PLC0415
        from ..models.hyperparameters import Hyperparameters  # noqa: PLC0415
        from ..models.job_overrides_metadata_type_0 import JobOverridesMetadataType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_base_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        base_model = _parse_base_model(d.pop("base_model", UNSET))

        def _parse_gpu_config(data: object) -> GpuConfig | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                gpu_config_type_0 = GpuConfig.from_dict(data)

                return gpu_config_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GpuConfig | None | Unset, data)

        gpu_config = _parse_gpu_config(d.pop("gpu_config", UNSET))

        _hyperparameters = d.pop("hyperparameters", UNSET)
        hyperparameters: Hyperparameters | Unset
        if isinstance(_hyperparameters, Unset):
            hyperparameters = UNSET
        else:
            hyperparameters = Hyperparameters.from_dict(_hyperparameters)

        def _parse_max_cost_usd(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        max_cost_usd = _parse_max_cost_usd(d.pop("max_cost_usd", UNSET))

        def _parse_max_left_out(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        max_left_out = _parse_max_left_out(d.pop("max_left_out", UNSET))

        def _parse_metadata(data: object) -> JobOverridesMetadataType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = JobOverridesMetadataType0.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobOverridesMetadataType0 | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_method(data: object) -> JobOverridesMethodType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                method_type_0 = JobOverridesMethodType0(data)

                return method_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobOverridesMethodType0 | None | Unset, data)

        method = _parse_method(d.pop("method", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        job_overrides = cls(
            base_model=base_model,
            gpu_config=gpu_config,
            hyperparameters=hyperparameters,
            max_cost_usd=max_cost_usd,
            max_left_out=max_left_out,
            metadata=metadata,
            method=method,
            name=name,
        )

        return job_overrides
