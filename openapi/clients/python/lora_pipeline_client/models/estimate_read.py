from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cost_breakdown import CostBreakdown
    from ..models.dataset_fit_read import DatasetFitRead
    from ..models.training_details import TrainingDetails


T = TypeVar("T", bound="EstimateRead")


@_attrs_define
class EstimateRead:
    """Price and duration of a plan.

    Attributes:
        cost_breakdown (CostBreakdown): The parts of the estimate, in USD.
        estimated_cost (float):
        estimated_duration_hours (float):
        fit (DatasetFitRead): The fit of a dataset, or why it is not known: the numbers are null while `status` is not
            `ready`.
        hourly_rate (float):
        training_details (TrainingDetails): The training behind the price.
        warnings (list[str]): Codes (`dataset_not_validated`, `dataset_does_not_fit`: such a job is refused) and a
            sentence for each reason why examples would be left out.
    """

    cost_breakdown: CostBreakdown
    estimated_cost: float
    estimated_duration_hours: float
    fit: DatasetFitRead
    hourly_rate: float
    training_details: TrainingDetails
    warnings: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cost_breakdown = self.cost_breakdown.to_dict()

        estimated_cost = self.estimated_cost

        estimated_duration_hours = self.estimated_duration_hours

        fit = self.fit.to_dict()

        hourly_rate = self.hourly_rate

        training_details = self.training_details.to_dict()

        warnings = self.warnings

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cost_breakdown": cost_breakdown,
                "estimated_cost": estimated_cost,
                "estimated_duration_hours": estimated_duration_hours,
                "fit": fit,
                "hourly_rate": hourly_rate,
                "training_details": training_details,
                "warnings": warnings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_breakdown import CostBreakdown  # noqa: PLC0415
        from ..models.dataset_fit_read import DatasetFitRead  # noqa: PLC0415
        from ..models.training_details import TrainingDetails  # noqa: PLC0415

        d = dict(src_dict)
        cost_breakdown = CostBreakdown.from_dict(d.pop("cost_breakdown"))

        estimated_cost = d.pop("estimated_cost")

        estimated_duration_hours = d.pop("estimated_duration_hours")

        fit = DatasetFitRead.from_dict(d.pop("fit"))

        hourly_rate = d.pop("hourly_rate")

        training_details = TrainingDetails.from_dict(d.pop("training_details"))

        warnings = cast(list[str], d.pop("warnings"))

        estimate_read = cls(
            cost_breakdown=cost_breakdown,
            estimated_cost=estimated_cost,
            estimated_duration_hours=estimated_duration_hours,
            fit=fit,
            hourly_rate=hourly_rate,
            training_details=training_details,
            warnings=warnings,
        )

        estimate_read.additional_properties = d
        return estimate_read

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
