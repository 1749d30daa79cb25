from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.user_event_read_type import UserEventReadType

if TYPE_CHECKING:
    from ..models.user_event_read_data import UserEventReadData


T = TypeVar("T", bound="UserEventRead")


@_attrs_define
class UserEventRead:
    """One thing that happened to one of your jobs.

    Attributes:
        at (datetime.datetime):
        data (UserEventReadData):
        job_id (UUID):
        seq (int):
        type_ (UserEventReadType):
    """

    at: datetime.datetime
    data: UserEventReadData
    job_id: UUID
    seq: int
    type_: UserEventReadType
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        data = self.data.to_dict()

        job_id = str(self.job_id)

        seq = self.seq

        type_ = self.type_.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "data": data,
                "job_id": job_id,
                "seq": seq,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_event_read_data import UserEventReadData  # noqa: PLC0415

        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        data = UserEventReadData.from_dict(d.pop("data"))

        job_id = UUID(d.pop("job_id"))

        seq = d.pop("seq")

        type_ = UserEventReadType(d.pop("type"))

        user_event_read = cls(
            at=at,
            data=data,
            job_id=job_id,
            seq=seq,
            type_=type_,
        )

        user_event_read.additional_properties = d
        return user_event_read

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
