from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.notification_type import NotificationType

T = TypeVar("T", bound="WebhookWithSecret")


@_attrs_define
class WebhookWithSecret:
    """A webhook with its new secret.

    Attributes:
        api_key_id (None | UUID): The API key that made it or last set its address or switched it on: it is disabled
            with that key. Null where that was done with a token.
        created_at (datetime.datetime):
        deleted_at (datetime.datetime | None):
        description (None | str):
        disabled_reason (None | str): Why the service disabled it.
        enabled (bool):
        id (UUID):
        previous_secret_until (datetime.datetime | None): Until then the secret before the last rotation signs too.
        secret (None | str): Shown this once; null when an answer is replayed.
        types (list[NotificationType]):
        updated_at (datetime.datetime):
        url (str):
        user_id (UUID):
    """

    api_key_id: None | UUID
    created_at: datetime.datetime
    deleted_at: datetime.datetime | None
    description: None | str
    disabled_reason: None | str
    enabled: bool
    id: UUID
    previous_secret_until: datetime.datetime | None
    secret: None | str
    types: list[NotificationType]
    updated_at: datetime.datetime
    url: str
    user_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_key_id: None | str
        if isinstance(self.api_key_id, UUID):
            api_key_id = str(self.api_key_id)
        else:
            api_key_id = self.api_key_id

        created_at = self.created_at.isoformat()

        deleted_at: None | str
        if isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        description: None | str
        description = self.description

        disabled_reason: None | str
        disabled_reason = self.disabled_reason

        enabled = self.enabled

        id = str(self.id)

        previous_secret_until: None | str
        if isinstance(self.previous_secret_until, datetime.datetime):
            previous_secret_until = self.previous_secret_until.isoformat()
        else:
            previous_secret_until = self.previous_secret_until

        secret: None | str
        secret = self.secret

        types = []
        for types_item_data in self.types:
            types_item = types_item_data.value
            types.append(types_item)

        updated_at = self.updated_at.isoformat()

        url = self.url

        user_id = str(self.user_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_key_id": api_key_id,
                "created_at": created_at,
                "deleted_at": deleted_at,
                "description": description,
                "disabled_reason": disabled_reason,
                "enabled": enabled,
                "id": id,
                "previous_secret_until": previous_secret_until,
                "secret": secret,
                "types": types,
                "updated_at": updated_at,
                "url": url,
                "user_id": user_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_api_key_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                api_key_id_type_0 = UUID(data)

                return api_key_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        api_key_id = _parse_api_key_id(d.pop("api_key_id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_deleted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        def _parse_disabled_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        disabled_reason = _parse_disabled_reason(d.pop("disabled_reason"))

        enabled = d.pop("enabled")

        id = UUID(d.pop("id"))

        def _parse_previous_secret_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                previous_secret_until_type_0 = datetime.datetime.fromisoformat(data)

                return previous_secret_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        previous_secret_until = _parse_previous_secret_until(d.pop("previous_secret_until"))

        def _parse_secret(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        secret = _parse_secret(d.pop("secret"))

        types = []
        _types = d.pop("types")
        for types_item_data in _types:
            types_item = NotificationType(types_item_data)

            types.append(types_item)

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        url = d.pop("url")

        user_id = UUID(d.pop("user_id"))

        webhook_with_secret = cls(
            api_key_id=api_key_id,
            created_at=created_at,
            deleted_at=deleted_at,
            description=description,
            disabled_reason=disabled_reason,
            enabled=enabled,
            id=id,
            previous_secret_until=previous_secret_until,
            secret=secret,
            types=types,
            updated_at=updated_at,
            url=url,
            user_id=user_id,
        )

        webhook_with_secret.additional_properties = d
        return webhook_with_secret

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
