from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.job_comparison_differences import JobComparisonDifferences
    from ..models.job_comparison_series import JobComparisonSeries
    from ..models.job_listed import JobListed


T = TypeVar("T", bound="JobComparison")


@_attrs_define
class JobComparison:
    """Jobs side by side; every series has a value, or null, for each of `steps`.

    Attributes:
        differences (JobComparisonDifferences): Settings that are not the same in all, by job id.
        jobs (list[JobListed]):
        series (JobComparisonSeries): By measure, then by job id.
        steps (list[int]):
    """

    differences: JobComparisonDifferences
    jobs: list[JobListed]
    series: JobComparisonSeries
    steps: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        differences = self.differences.to_dict()

        jobs = []
        for jobs_item_data in self.jobs:
            jobs_item = jobs_item_data.to_dict()
            jobs.append(jobs_item)

        series = self.series.to_dict()

        steps = self.steps

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "differences": differences,
                "jobs": jobs,
                "series": series,
                "steps": steps,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_comparison_differences import JobComparisonDifferences  # noqa: PLC0415
        from ..models.job_comparison_series import JobComparisonSeries  # noqa: PLC0415
        from ..models.job_listed import JobListed  # noqa: PLC0415

        d = dict(src_dict)
        differences = JobComparisonDifferences.from_dict(d.pop("differences"))

        jobs = []
        _jobs = d.pop("jobs")
        for jobs_item_data in _jobs:
            jobs_item = JobListed.from_dict(jobs_item_data)

            jobs.append(jobs_item)

        series = JobComparisonSeries.from_dict(d.pop("series"))

        steps = cast(list[int], d.pop("steps"))

        job_comparison = cls(
            differences=differences,
            jobs=jobs,
            series=series,
            steps=steps,
        )

        job_comparison.additional_properties = d
        return job_comparison

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
