from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.estimate_create_method import EstimateCreateMethod
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.gpu_config import GpuConfig
    from ..models.hyperparameters import Hyperparameters


T = TypeVar("T", bound="EstimateCreate")


@_attrs_define
class EstimateCreate:
    """The training to price.

    Attributes:
        dataset_id (UUID):
        gpu_config (GpuConfig): The price tag: which GPUs, and how many.
        base_model (None | str | Unset):
        hyperparameters (Hyperparameters | Unset): Missing values come from the preset; values that differ from it make
            the preset custom.
        max_seq_length (int | None | Unset):
        method (EstimateCreateMethod | Unset): qlora keeps the base model in 4 bits, on a CUDA GPU. Default:
            EstimateCreateMethod.LORA.
    """

    dataset_id: UUID
    gpu_config: GpuConfig
    base_model: None | str | Unset = UNSET
    hyperparameters: Hyperparameters | Unset = UNSET
    max_seq_length: int | None | Unset = UNSET
    method: EstimateCreateMethod | Unset = EstimateCreateMethod.LORA

    def to_dict(self) -> dict[str, Any]:
        dataset_id = str(self.dataset_id)

        gpu_config = self.gpu_config.to_dict()

        base_model: None | str | Unset
        if isinstance(self.base_model, Unset):
            base_model = UNSET
        else:
            base_model = self.base_model

        hyperparameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hyperparameters, Unset):
            hyperparameters = self.hyperparameters.to_dict()

        max_seq_length: int | None | Unset
        if isinstance(self.max_seq_length, Unset):
            max_seq_length = UNSET
        else:
            max_seq_length = self.max_seq_length

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dataset_id": dataset_id,
                "gpu_config": gpu_config,
            }
        )
        if base_model is not UNSET:
            field_dict["base_model"] = base_model
        if hyperparameters is not UNSET:
            field_dict["hyperparameters"] = hyperparameters
        if max_seq_length is not UNSET:
            field_dict["max_seq_length"] = max_seq_length
        if method is not UNSET:
            field_dict["method"] = method

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.gpu_config import GpuConfig  # noqa: PLC0415
        from ..models.hyperparameters import Hyperparameters  # noqa: PLC0415

        d = dict(src_dict)
        dataset_id = UUID(d.pop("dataset_id"))

        gpu_config = GpuConfig.from_dict(d.pop("gpu_config"))

        def _parse_base_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        base_model = _parse_base_model(d.pop("base_model", UNSET))

        _hyperparameters = d.pop("hyperparameters", UNSET)
        hyperparameters: Hyperparameters | Unset
        if isinstance(_hyperparameters, Unset):
            hyperparameters = UNSET
        else:
            hyperparameters = Hyperparameters.from_dict(_hyperparameters)

        def _parse_max_seq_length(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_seq_length = _parse_max_seq_length(d.pop("max_seq_length", UNSET))

        _method = d.pop("method", UNSET)
        method: EstimateCreateMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = EstimateCreateMethod(_method)

        estimate_create = cls(
            dataset_id=dataset_id,
            gpu_config=gpu_config,
            base_model=base_model,
            hyperparameters=hyperparameters,
            max_seq_length=max_seq_length,
            method=method,
        )

        return estimate_create
