from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.notification_read_priority import NotificationReadPriority
from ..models.notification_type import NotificationType

if TYPE_CHECKING:
    from ..models.notification_read_metadata import NotificationReadMetadata


T = TypeVar("T", bound="NotificationRead")


@_attrs_define
class NotificationRead:
    """One message to you.

    Attributes:
        action_url (str):
        created_at (datetime.datetime):
        id (UUID):
        message (str):
        metadata (NotificationReadMetadata):
        priority (NotificationReadPriority):
        read (bool):
        title (str):
        type_ (NotificationType): The event that a notification reports.
        user_id (UUID):
    """

    action_url: str
    created_at: datetime.datetime
    id: UUID
    message: str
    metadata: NotificationReadMetadata
    priority: NotificationReadPriority
    read: bool
    title: str
    type_: NotificationType
    user_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action_url = self.action_url

        created_at = self.created_at.isoformat()

        id = str(self.id)

        message = self.message

        metadata = self.metadata.to_dict()

        priority = self.priority.value

        read = self.read

        title = self.title

        type_ = self.type_.value

        user_id = str(self.user_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action_url": action_url,
                "created_at": created_at,
                "id": id,
                "message": message,
                "metadata": metadata,
                "priority": priority,
                "read": read,
                "title": title,
                "type": type_,
                "user_id": user_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.notification_read_metadata import NotificationReadMetadata  # noqa: PLC0415

        d = dict(src_dict)
        action_url = d.pop("action_url")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        message = d.pop("message")

        metadata = NotificationReadMetadata.from_dict(d.pop("metadata"))

        priority = NotificationReadPriority(d.pop("priority"))

        read = d.pop("read")

        title = d.pop("title")

        type_ = NotificationType(d.pop("type"))

        user_id = UUID(d.pop("user_id"))

        notification_read = cls(
            action_url=action_url,
            created_at=created_at,
            id=id,
            message=message,
            metadata=metadata,
            priority=priority,
            read=read,
            title=title,
            type_=type_,
            user_id=user_id,
        )

        notification_read.additional_properties = d
        return notification_read

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
