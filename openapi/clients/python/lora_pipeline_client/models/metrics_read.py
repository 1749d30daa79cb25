from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.metrics_point_read import MetricsPointRead


T = TypeVar("T", bound="MetricsRead")


@_attrs_define
class MetricsRead:
    """A job's curve.

    Attributes:
        downsampled (bool):
        last_seq (int): The points hold all events of the job up to this one.
        points (list[MetricsPointRead]):
        total_points (int):
    """

    downsampled: bool
    last_seq: int
    points: list[MetricsPointRead]
    total_points: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        downsampled = self.downsampled

        last_seq = self.last_seq

        points = []
        for points_item_data in self.points:
            points_item = points_item_data.to_dict()
            points.append(points_item)

        total_points = self.total_points

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "downsampled": downsampled,
                "last_seq": last_seq,
                "points": points,
                "total_points": total_points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metrics_point_read import MetricsPointRead  # noqa: PLC0415

        d = dict(src_dict)
        downsampled = d.pop("downsampled")

        last_seq = d.pop("last_seq")

        points = []
        _points = d.pop("points")
        for points_item_data in _points:
            points_item = MetricsPointRead.from_dict(points_item_data)

            points.append(points_item)

        total_points = d.pop("total_points")

        metrics_read = cls(
            downsampled=downsampled,
            last_seq=last_seq,
            points=points,
            total_points=total_points,
        )

        metrics_read.additional_properties = d
        return metrics_read

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
