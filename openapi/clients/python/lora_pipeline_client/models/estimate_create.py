from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.estimate_create_method import EstimateCreateMethod
from ..models.preset_id import PresetId
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.estimate_create_metadata import EstimateCreateMetadata
    from ..models.gpu_config import GpuConfig
    from ..models.hyperparameters import Hyperparameters


T = TypeVar("T", bound="EstimateCreate")


@_attrs_define
class EstimateCreate:
    """The training to price; settings of a job that do not change its price are ignored.

    Attributes:
        dataset_id (UUID):
        gpu_config (GpuConfig): The price tag: which GPUs, and how many.
        base_model (None | str | Unset):
        estimated_cost (Any | Unset): Accepted for older frontends and ignored: the server prices the job.
        eval_prompts (list[str] | Unset): Replied to before, after each epoch and at the end; in the model's
            `samples.jsonl`.
        hyperparameters (Hyperparameters | Unset): Missing values come from the preset; values that differ from it make
            the preset custom.
        max_cost_usd (float | None | str | Unset): Hard cap on everything charged.
        max_left_out (float | Unset): The largest share of the examples that the base model may leave out of training; a
            job whose `fit` has more is refused, or fails before its first step and costs nothing. Default: 0.1.
        max_seq_length (int | None | Unset):
        metadata (EstimateCreateMetadata | Unset):
        method (EstimateCreateMethod | Unset): qlora keeps the base model in 4 bits, on a CUDA GPU. Default:
            EstimateCreateMethod.LORA.
        name (None | str | Unset):
        preset_id (PresetId | Unset): A named set of hyperparameters; custom is whatever differs from one.
    """

    dataset_id: UUID
    gpu_config: GpuConfig
    base_model: None | str | Unset = UNSET
    estimated_cost: Any | Unset = UNSET
    eval_prompts: list[str] | Unset = UNSET
    hyperparameters: Hyperparameters | Unset = UNSET
    max_cost_usd: float | None | str | Unset = UNSET
    max_left_out: float | Unset = 0.1
    max_seq_length: int | None | Unset = UNSET
    metadata: EstimateCreateMetadata | Unset = UNSET
    method: EstimateCreateMethod | Unset = EstimateCreateMethod.LORA
    name: None | str | Unset = UNSET
    preset_id: PresetId | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        dataset_id = str(self.dataset_id)

        gpu_config = self.gpu_config.to_dict()

        base_model: None | str | Unset
        if isinstance(self.base_model, Unset):
            base_model = UNSET
        else:
            base_model = self.base_model

        estimated_cost = self.estimated_cost

        eval_prompts: list[str] | Unset = UNSET
        if not isinstance(self.eval_prompts, Unset):
            eval_prompts = self.eval_prompts

        hyperparameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.hyperparameters, Unset):
            hyperparameters = self.hyperparameters.to_dict()

        max_cost_usd: float | None | str | Unset
        if isinstance(self.max_cost_usd, Unset):
            max_cost_usd = UNSET
        else:
            max_cost_usd = self.max_cost_usd

        max_left_out = self.max_left_out

        max_seq_length: int | None | Unset
        if isinstance(self.max_seq_length, Unset):
            max_seq_length = UNSET
        else:
            max_seq_length = self.max_seq_length

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method.value

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        preset_id: str | Unset = UNSET
        if not isinstance(self.preset_id, Unset):
            preset_id = self.preset_id.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dataset_id": dataset_id,
                "gpu_config": gpu_config,
            }
        )
        if base_model is not UNSET:
            field_dict["base_model"] = base_model
        if estimated_cost is not UNSET:
            field_dict["estimated_cost"] = estimated_cost
        if eval_prompts is not UNSET:
            field_dict["eval_prompts"] = eval_prompts
        if hyperparameters is not UNSET:
            field_dict["hyperparameters"] = hyperparameters
        if max_cost_usd is not UNSET:
            field_dict["max_cost_usd"] = max_cost_usd
        if max_left_out is not UNSET:
            field_dict["max_left_out"] = max_left_out
        if max_seq_length is not UNSET:
            field_dict["max_seq_length"] = max_seq_length
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if method is not UNSET:
            field_dict["method"] = method
        if name is not UNSET:
            field_dict["name"] = name
        if preset_id is not UNSET:
            field_dict["preset_id"] = preset_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.estimate_create_metadata import EstimateCreateMetadata  # noqa: PLC0415
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

        estimated_cost = d.pop("estimated_cost", UNSET)

        eval_prompts = cast(list[str], d.pop("eval_prompts", UNSET))

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

        max_left_out = d.pop("max_left_out", UNSET)

        def _parse_max_seq_length(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_seq_length = _parse_max_seq_length(d.pop("max_seq_length", UNSET))

        _metadata = d.pop("metadata", UNSET)
        metadata: EstimateCreateMetadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = EstimateCreateMetadata.from_dict(_metadata)

        _method = d.pop("method", UNSET)
        method: EstimateCreateMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = EstimateCreateMethod(_method)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        _preset_id = d.pop("preset_id", UNSET)
        preset_id: PresetId | Unset
        if isinstance(_preset_id, Unset):
            preset_id = UNSET
        else:
            preset_id = PresetId(_preset_id)

        estimate_create = cls(
            dataset_id=dataset_id,
            gpu_config=gpu_config,
            base_model=base_model,
            estimated_cost=estimated_cost,
            eval_prompts=eval_prompts,
            hyperparameters=hyperparameters,
            max_cost_usd=max_cost_usd,
            max_left_out=max_left_out,
            max_seq_length=max_seq_length,
            metadata=metadata,
            method=method,
            name=name,
            preset_id=preset_id,
        )

        return estimate_create
