from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.dataset_report_counts import DatasetReportCounts
    from ..models.dataset_report_statistics_type_0 import DatasetReportStatisticsType0
    from ..models.finding_read import FindingRead
    from ..models.pagination import Pagination


T = TypeVar("T", bound="DatasetReport")


@_attrs_define
class DatasetReport:
    """Stored findings page by page, with exact counts of all.

    Attributes:
        counts (DatasetReportCounts): Findings by code, exact.
        findings (list[FindingRead]):
        pagination (Pagination): The position of a page in its list.
        statistics (DatasetReportStatisticsType0 | None):
    """

    counts: DatasetReportCounts
    findings: list[FindingRead]
    pagination: Pagination
    statistics: DatasetReportStatisticsType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.dataset_report_statistics_type_0 import (
            DatasetReportStatisticsType0,  # noqa: PLC0415
        )

        counts = self.counts.to_dict()

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        pagination = self.pagination.to_dict()

        statistics: dict[str, Any] | None
        if isinstance(self.statistics, DatasetReportStatisticsType0):
            statistics = self.statistics.to_dict()
        else:
            statistics = self.statistics

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "counts": counts,
                "findings": findings,
                "pagination": pagination,
                "statistics": statistics,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_report_counts import DatasetReportCounts  # noqa: PLC0415
        from ..models.dataset_report_statistics_type_0 import (
            DatasetReportStatisticsType0,  # noqa: PLC0415
        )
        from ..models.finding_read import FindingRead  # noqa: PLC0415
        from ..models.pagination import Pagination  # noqa: PLC0415

        d = dict(src_dict)
        counts = DatasetReportCounts.from_dict(d.pop("counts"))

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = FindingRead.from_dict(findings_item_data)

            findings.append(findings_item)

        pagination = Pagination.from_dict(d.pop("pagination"))

        def _parse_statistics(data: object) -> DatasetReportStatisticsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                statistics_type_0 = DatasetReportStatisticsType0.from_dict(data)

                return statistics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DatasetReportStatisticsType0 | None, data)

        statistics = _parse_statistics(d.pop("statistics"))

        dataset_report = cls(
            counts=counts,
            findings=findings,
            pagination=pagination,
            statistics=statistics,
        )

        dataset_report.additional_properties = d
        return dataset_report

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
