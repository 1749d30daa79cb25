from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cost_type import CostType

if TYPE_CHECKING:
    from ..models.cost_record_read_details import CostRecordReadDetails


T = TypeVar("T", bound="CostRecordRead")


@_attrs_define
class CostRecordRead:
    """One charge, USD.

    Attributes:
        amount (float):
        billing_period (str):
        cost_type (CostType): The reason for a charge.
        details (CostRecordReadDetails):
        id (UUID):
        job_id (UUID):
        recorded_at (datetime.datetime):
    """

    amount: float
    billing_period: str
    cost_type: CostType
    details: CostRecordReadDetails
    id: UUID
    job_id: UUID
    recorded_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        billing_period = self.billing_period

        cost_type = self.cost_type.value

        details = self.details.to_dict()

        id = str(self.id)

        job_id = str(self.job_id)

        recorded_at = self.recorded_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "billing_period": billing_period,
                "cost_type": cost_type,
                "details": details,
                "id": id,
                "job_id": job_id,
                "recorded_at": recorded_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cost_record_read_details import CostRecordReadDetails  # noqa: PLC0415

        d = dict(src_dict)
        amount = d.pop("amount")

        billing_period = d.pop("billing_period")

        cost_type = CostType(d.pop("cost_type"))

        details = CostRecordReadDetails.from_dict(d.pop("details"))

        id = UUID(d.pop("id"))

        job_id = UUID(d.pop("job_id"))

        recorded_at = datetime.datetime.fromisoformat(d.pop("recorded_at"))

        cost_record_read = cls(
            amount=amount,
            billing_period=billing_period,
            cost_type=cost_type,
            details=details,
            id=id,
            job_id=job_id,
            recorded_at=recorded_at,
        )

        cost_record_read.additional_properties = d
        return cost_record_read

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
