from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.lr_scheduler import LrScheduler
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.early_stopping import EarlyStopping


T = TypeVar("T", bound="HyperparametersRead")


@_attrs_define
class HyperparametersRead:
    """The resolved values a job trains with; optional ones are left out unless they were set.

    Attributes:
        alpha (int):
        batch_size (int):
        dropout (float):
        epochs (int):
        learning_rate (float):
        rank (int):
        early_stopping (EarlyStopping | None | Unset):
        eval_steps (int | None | Unset):
        lr_scheduler (LrScheduler | None | Unset):
        max_grad_norm (float | None | Unset):
        max_seq_length (int | None | Unset):
        seed (int | None | Unset):
        target_modules (list[str] | None | Unset):
        use_dora (bool | None | Unset):
        use_rslora (bool | None | Unset):
        warmup_ratio (float | None | Unset):
        weight_decay (float | None | Unset):
    """

    alpha: int
    batch_size: int
    dropout: float
    epochs: int
    learning_rate: float
    rank: int
    early_stopping: EarlyStopping | None | Unset = UNSET
    eval_steps: int | None | Unset = UNSET
    lr_scheduler: LrScheduler | None | Unset = UNSET
    max_grad_norm: float | None | Unset = UNSET
    max_seq_length: int | None | Unset = UNSET
    seed: int | None | Unset = UNSET
    target_modules: list[str] | None | Unset = UNSET
    use_dora: bool | None | Unset = UNSET
    use_rslora: bool | None | Unset = UNSET
    warmup_ratio: float | None | Unset = UNSET
    weight_decay: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.early_stopping import EarlyStopping  # noqa: PLC0415

        alpha = self.alpha

        batch_size = self.batch_size

        dropout = self.dropout

        epochs = self.epochs

        learning_rate = self.learning_rate

        rank = self.rank

        early_stopping: dict[str, Any] | None | Unset
        if isinstance(self.early_stopping, Unset):
            early_stopping = UNSET
        elif isinstance(self.early_stopping, EarlyStopping):
            early_stopping = self.early_stopping.to_dict()
        else:
            early_stopping = self.early_stopping

        eval_steps: int | None | Unset
        if isinstance(self.eval_steps, Unset):
            eval_steps = UNSET
        else:
            eval_steps = self.eval_steps

        lr_scheduler: None | str | Unset
        if isinstance(self.lr_scheduler, Unset):
            lr_scheduler = UNSET
        elif isinstance(self.lr_scheduler, LrScheduler):
            lr_scheduler = self.lr_scheduler.value
        else:
            lr_scheduler = self.lr_scheduler

        max_grad_norm: float | None | Unset
        if isinstance(self.max_grad_norm, Unset):
            max_grad_norm = UNSET
        else:
            max_grad_norm = self.max_grad_norm

        max_seq_length: int | None | Unset
        if isinstance(self.max_seq_length, Unset):
            max_seq_length = UNSET
        else:
            max_seq_length = self.max_seq_length

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        target_modules: list[str] | None | Unset
        if isinstance(self.target_modules, Unset):
            target_modules = UNSET
        elif isinstance(self.target_modules, list):
            target_modules = self.target_modules

        else:
            target_modules = self.target_modules

        use_dora: bool | None | Unset
        if isinstance(self.use_dora, Unset):
            use_dora = UNSET
        else:
            use_dora = self.use_dora

        use_rslora: bool | None | Unset
        if isinstance(self.use_rslora, Unset):
            use_rslora = UNSET
        else:
            use_rslora = self.use_rslora

        warmup_ratio: float | None | Unset
        if isinstance(self.warmup_ratio, Unset):
            warmup_ratio = UNSET
        else:
            warmup_ratio = self.warmup_ratio

        weight_decay: float | None | Unset
        if isinstance(self.weight_decay, Unset):
            weight_decay = UNSET
        else:
            weight_decay = self.weight_decay

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alpha": alpha,
                "batch_size": batch_size,
                "dropout": dropout,
                "epochs": epochs,
                "learning_rate": learning_rate,
                "rank": rank,
            }
        )
        if early_stopping is not UNSET:
            field_dict["early_stopping"] = early_stopping
        if eval_steps is not UNSET:
            field_dict["eval_steps"] = eval_steps
        if lr_scheduler is not UNSET:
            field_dict["lr_scheduler"] = lr_scheduler
        if max_grad_norm is not UNSET:
            field_dict["max_grad_norm"] = max_grad_norm
        if max_seq_length is not UNSET:
            field_dict["max_seq_length"] = max_seq_length
        if seed is not UNSET:
            field_dict["seed"] = seed
        if target_modules is not UNSET:
            field_dict["target_modules"] = target_modules
        if use_dora is not UNSET:
            field_dict["use_dora"] = use_dora
        if use_rslora is not UNSET:
            field_dict["use_rslora"] = use_rslora
        if warmup_ratio is not UNSET:
            field_dict["warmup_ratio"] = warmup_ratio
        if weight_decay is not UNSET:
            field_dict["weight_decay"] = weight_decay

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.early_stopping import EarlyStopping  # noqa: PLC0415

        d = dict(src_dict)
        alpha = d.pop("alpha")

        batch_size = d.pop("batch_size")

        dropout = d.pop("dropout")

        epochs = d.pop("epochs")

        learning_rate = d.pop("learning_rate")

        rank = d.pop("rank")

        def _parse_early_stopping(data: object) -> EarlyStopping | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                early_stopping_type_0 = EarlyStopping.from_dict(data)

                return early_stopping_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EarlyStopping | None | Unset, data)

        early_stopping = _parse_early_stopping(d.pop("early_stopping", UNSET))

        def _parse_eval_steps(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        eval_steps = _parse_eval_steps(d.pop("eval_steps", UNSET))

        def _parse_lr_scheduler(data: object) -> LrScheduler | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                lr_scheduler_type_0 = LrScheduler(data)

                return lr_scheduler_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LrScheduler | None | Unset, data)

        lr_scheduler = _parse_lr_scheduler(d.pop("lr_scheduler", UNSET))

        def _parse_max_grad_norm(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        max_grad_norm = _parse_max_grad_norm(d.pop("max_grad_norm", UNSET))

        def _parse_max_seq_length(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_seq_length = _parse_max_seq_length(d.pop("max_seq_length", UNSET))

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        def _parse_target_modules(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                target_modules_type_0 = cast(list[str], data)

                return target_modules_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        target_modules = _parse_target_modules(d.pop("target_modules", UNSET))

        def _parse_use_dora(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        use_dora = _parse_use_dora(d.pop("use_dora", UNSET))

        def _parse_use_rslora(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        use_rslora = _parse_use_rslora(d.pop("use_rslora", UNSET))

        def _parse_warmup_ratio(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        warmup_ratio = _parse_warmup_ratio(d.pop("warmup_ratio", UNSET))

        def _parse_weight_decay(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        weight_decay = _parse_weight_decay(d.pop("weight_decay", UNSET))

        hyperparameters_read = cls(
            alpha=alpha,
            batch_size=batch_size,
            dropout=dropout,
            epochs=epochs,
            learning_rate=learning_rate,
            rank=rank,
            early_stopping=early_stopping,
            eval_steps=eval_steps,
            lr_scheduler=lr_scheduler,
            max_grad_norm=max_grad_norm,
            max_seq_length=max_seq_length,
            seed=seed,
            target_modules=target_modules,
            use_dora=use_dora,
            use_rslora=use_rslora,
            warmup_ratio=warmup_ratio,
            weight_decay=weight_decay,
        )

        hyperparameters_read.additional_properties = d
        return hyperparameters_read

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
