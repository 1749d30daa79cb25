"""Wire shapes of webhooks and their deliveries."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict, StringConstraints

from app.models.notifications import NotificationType
from app.models.webhooks import DeliveryStatus
from app.schemas.base import Body, Pagination, Read, Text, examples

Url = Annotated[
    Text,
    StringConstraints(min_length=1, max_length=2048),
    Field(description="An https address on the public internet."),
]
Description = Annotated[Text, StringConstraints(max_length=500)]
Types = Annotated[
    list[NotificationType],
    Field(max_length=len(NotificationType), description="The notification types to send; empty for all."),
    AfterValidator(lambda types: sorted(set(types))),
]


class WebhookCreate(Body):
    """An address that wants to hear of events."""

    model_config = examples({"url": "https://example.com/hooks", "types": ["job_completed", "job_failed"]})

    url: Url
    description: Description | None = None
    types: Types = Field(default_factory=list)


class WebhookUpdate(Body):
    """The fields to change; fields that are left out stay, and a description of null is removed."""

    model_config = examples({"enabled": False})

    # made by factories: a default in the document is something that generated clients send
    url: Url = Field(default_factory=str)
    description: Description | None = Field(default_factory=lambda: None)
    types: Types = Field(default_factory=list)
    enabled: Annotated[bool, Strict()] = Field(
        default_factory=bool, description="Waiting messages of a disabled webhook are not sent."
    )


class WebhookRead(Read):
    """A webhook, without its secret."""

    id: UUID
    user_id: UUID
    url: str
    description: str | None
    types: list[NotificationType]
    enabled: bool
    disabled_reason: Annotated[str | None, Field(description="Why the service disabled it.")]
    api_key_id: Annotated[
        UUID | None,
        Field(
            description="The API key that made it or last set its address or switched it on: it is disabled "
            "with that key. Null where that was done with a token."
        ),
    ]
    previous_secret_until: Annotated[
        datetime | None, Field(description="Until then the secret before the last rotation signs too.")
    ]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class WebhookWithSecret(WebhookRead):
    """A webhook with its new secret."""

    secret: Annotated[str | None, Field(description="Shown this once; null when an answer is replayed.")]


class WebhookOne(Read):
    """One webhook."""

    webhook: WebhookRead


class WebhookSecret(Read):
    """One webhook with the secret that it has just been given."""

    webhook: WebhookWithSecret


class WebhookPage(Read):
    """A page of webhooks."""

    webhooks: list[WebhookRead]
    pagination: Pagination


class DeliveryTry(Read):
    """One try to deliver a message."""

    at: datetime
    status_code: Annotated[int | None, Field(description="Null when there was no complete answer.")]
    error: Annotated[str | None, Field(description="Why there was none.")]
    seconds: float
    response: Annotated[str, Field(description="The first 500 characters of the answer.")]


class DeliveryRead(Read):
    """One message for one webhook, with the result of its delivery."""

    id: UUID
    user_id: UUID
    webhook_id: UUID
    message_id: Annotated[str, Field(description="The header `webhook-id` of every try.")]
    type: NotificationType
    body: Annotated[str, Field(description="The request body, byte for byte.")]
    status: DeliveryStatus
    tries: Annotated[int, Field(description="Since it was made or redelivered.")]
    next_attempt_at: datetime | None
    delivered_at: datetime | None
    log: Annotated[list[DeliveryTry], Field(description="The last 20 tries, the oldest first.")]
    created_at: datetime
    updated_at: datetime


class DeliveryOne(Read):
    """One delivery."""

    delivery: DeliveryRead


class DeliveryPage(Read):
    """A page of deliveries."""

    deliveries: list[DeliveryRead]
    pagination: Pagination
