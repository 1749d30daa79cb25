from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_status import DeliveryStatus
from ..models.notification_type import NotificationType

if TYPE_CHECKING:
    from ..models.delivery_try import DeliveryTry


T = TypeVar("T", bound="DeliveryRead")


@_attrs_define
class DeliveryRead:
    """One message for one webhook, with the result of its delivery.

    Attributes:
        body (str): The request body, byte for byte.
        created_at (datetime.datetime):
        delivered_at (datetime.datetime | None):
        id (UUID):
        log (list[DeliveryTry]): The last 20 tries, the oldest first.
        message_id (str): The header `webhook-id` of every try.
        next_attempt_at (datetime.datetime | None):
        status (DeliveryStatus): Whether a message arrived, or is still tried.
        tries (int): Since it was made or redelivered.
        type_ (NotificationType): The event that a notification reports.
        updated_at (datetime.datetime):
        user_id (UUID):
        webhook_id (UUID):
    """

    body: str
    created_at: datetime.datetime
    delivered_at: datetime.datetime | None
    id: UUID
    log: list[DeliveryTry]
    message_id: str
    next_attempt_at: datetime.datetime | None
    status: DeliveryStatus
    tries: int
    type_: NotificationType
    updated_at: datetime.datetime
    user_id: UUID
    webhook_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        body = self.body

        created_at = self.created_at.isoformat()

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        id = str(self.id)

        log = []
        for log_item_data in self.log:
            log_item = log_item_data.to_dict()
            log.append(log_item)

        message_id = self.message_id

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        status = self.status.value

        tries = self.tries

        type_ = self.type_.value

        updated_at = self.updated_at.isoformat()

        user_id = str(self.user_id)

        webhook_id = str(self.webhook_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "body": body,
                "created_at": created_at,
                "delivered_at": delivered_at,
                "id": id,
                "log": log,
                "message_id": message_id,
                "next_attempt_at": next_attempt_at,
                "status": status,
                "tries": tries,
                "type": type_,
                "updated_at": updated_at,
                "user_id": user_id,
                "webhook_id": webhook_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.delivery_try import DeliveryTry  # noqa: PLC0415

        d = dict(src_dict)
        body = d.pop("body")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)

                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        id = UUID(d.pop("id"))

        log = []
        _log = d.pop("log")
        for log_item_data in _log:
            log_item = DeliveryTry.from_dict(log_item_data)

            log.append(log_item)

        message_id = d.pop("message_id")

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        status = DeliveryStatus(d.pop("status"))

        tries = d.pop("tries")

        type_ = NotificationType(d.pop("type"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        user_id = UUID(d.pop("user_id"))

        webhook_id = UUID(d.pop("webhook_id"))

        delivery_read = cls(
            body=body,
            created_at=created_at,
            delivered_at=delivered_at,
            id=id,
            log=log,
            message_id=message_id,
            next_attempt_at=next_attempt_at,
            status=status,
            tries=tries,
            type_=type_,
            updated_at=updated_at,
            user_id=user_id,
            webhook_id=webhook_id,
        )

        delivery_read.additional_properties = d
        return delivery_read

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
