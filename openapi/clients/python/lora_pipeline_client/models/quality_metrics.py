from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QualityMetrics")


@_attrs_define
class QualityMetrics:
    """How the training went: 1 to 5 stars, losses in nats per token.

    Attributes:
        convergence_quality (str):
        final_training_loss (float | None):
        final_validation_loss (float | None):
        loss_reduction_percent (float):
        overall_score (int):
        perplexity (float | None):
    """

    convergence_quality: str
    final_training_loss: float | None
    final_validation_loss: float | None
    loss_reduction_percent: float
    overall_score: int
    perplexity: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        convergence_quality = self.convergence_quality

        final_training_loss: float | None
        final_training_loss = self.final_training_loss

        final_validation_loss: float | None
        final_validation_loss = self.final_validation_loss

        loss_reduction_percent = self.loss_reduction_percent

        overall_score = self.overall_score

        perplexity: float | None
        perplexity = self.perplexity

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "convergence_quality": convergence_quality,
                "final_training_loss": final_training_loss,
                "final_validation_loss": final_validation_loss,
                "loss_reduction_percent": loss_reduction_percent,
                "overall_score": overall_score,
                "perplexity": perplexity,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        convergence_quality = d.pop("convergence_quality")

        def _parse_final_training_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        final_training_loss = _parse_final_training_loss(d.pop("final_training_loss"))

        def _parse_final_validation_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        final_validation_loss = _parse_final_validation_loss(d.pop("final_validation_loss"))

        loss_reduction_percent = d.pop("loss_reduction_percent")

        overall_score = d.pop("overall_score")

        def _parse_perplexity(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        perplexity = _parse_perplexity(d.pop("perplexity"))

        quality_metrics = cls(
            convergence_quality=convergence_quality,
            final_training_loss=final_training_loss,
            final_validation_loss=final_validation_loss,
            loss_reduction_percent=loss_reduction_percent,
            overall_score=overall_score,
            perplexity=perplexity,
        )

        quality_metrics.additional_properties = d
        return quality_metrics

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
