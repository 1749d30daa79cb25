from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chart_point import ChartPoint
    from ..models.cost_record_read import CostRecordRead
    from ..models.costs_read_cost_by_type import CostsReadCostByType


T = TypeVar("T", bound="CostsRead")


@_attrs_define
class CostsRead:
    """Charges of a period; the chart's amounts sum to `total_cost`.

    Attributes:
        chart_data (list[ChartPoint]):
        cost_by_type (CostsReadCostByType):
        records (list[CostRecordRead]): Oldest first; of more than 1,000 the last ones.
        total_cost (float):
        total_records (int): All charges of the period; the download has them all.
    """

    chart_data: list[ChartPoint]
    cost_by_type: CostsReadCostByType
    records: list[CostRecordRead]
    total_cost: float
    total_records: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chart_data = []
        for chart_data_item_data in self.chart_data:
            chart_data_item = chart_data_item_data.to_dict()
            chart_data.append(chart_data_item)

        cost_by_type = self.cost_by_type.to_dict()

        records = []
        for records_item_data in self.records:
            records_item = records_item_data.to_dict()
            records.append(records_item)

        total_cost = self.total_cost

        total_records = self.total_records

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chart_data": chart_data,
                "cost_by_type": cost_by_type,
                "records": records,
                "total_cost": total_cost,
                "total_records": total_records,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chart_point import ChartPoint  # noqa: PLC0415
        from ..models.cost_record_read import CostRecordRead  # noqa: PLC0415
        from ..models.costs_read_cost_by_type import CostsReadCostByType  # noqa: PLC0415

        d = dict(src_dict)
        chart_data = []
        _chart_data = d.pop("chart_data")
        for chart_data_item_data in _chart_data:
            chart_data_item = ChartPoint.from_dict(chart_data_item_data)

            chart_data.append(chart_data_item)

        cost_by_type = CostsReadCostByType.from_dict(d.pop("cost_by_type"))

        records = []
        _records = d.pop("records")
        for records_item_data in _records:
            records_item = CostRecordRead.from_dict(records_item_data)

            records.append(records_item)

        total_cost = d.pop("total_cost")

        total_records = d.pop("total_records")

        costs_read = cls(
            chart_data=chart_data,
            cost_by_type=cost_by_type,
            records=records,
            total_cost=total_cost,
            total_records=total_records,
        )

        costs_read.additional_properties = d
        return costs_read

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
