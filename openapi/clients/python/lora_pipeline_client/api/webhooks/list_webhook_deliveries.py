from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_delivery_page import DataDeliveryPage
from ...models.delivery_status import DeliveryStatus
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    webhook_id: UUID,
    *,
    status: DeliveryStatus | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, DeliveryStatus):
        json_status = status.value
    else:
        json_status = status
    params["status"] = json_status

    params["page"] = page

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/webhooks/{webhook_id}/deliveries".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDeliveryPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataDeliveryPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Failure.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Failure.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Failure.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Failure.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Failure.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = Failure.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Failure.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Failure.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Failure.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Failure.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DataDeliveryPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    status: DeliveryStatus | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> Response[DataDeliveryPage | Failure]:
    """List Webhook Deliveries

     List the messages of a webhook in the last 30 days, newest first, with every try.

    Args:
        webhook_id (UUID):
        status (DeliveryStatus | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDeliveryPage | Failure]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        status=status,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    status: DeliveryStatus | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> DataDeliveryPage | Failure | None:
    """List Webhook Deliveries

     List the messages of a webhook in the last 30 days, newest first, with every try.

    Args:
        webhook_id (UUID):
        status (DeliveryStatus | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDeliveryPage | Failure
    """

    return sync_detailed(
        webhook_id=webhook_id,
        client=client,
        status=status,
        page=page,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    status: DeliveryStatus | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> Response[DataDeliveryPage | Failure]:
    """List Webhook Deliveries

     List the messages of a webhook in the last 30 days, newest first, with every try.

    Args:
        webhook_id (UUID):
        status (DeliveryStatus | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDeliveryPage | Failure]
    """

    kwargs = _get_kwargs(
        webhook_id=webhook_id,
        status=status,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    webhook_id: UUID,
    *,
    client: AuthenticatedClient,
    status: DeliveryStatus | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
) -> DataDeliveryPage | Failure | None:
    """List Webhook Deliveries

     List the messages of a webhook in the last 30 days, newest first, with every try.

    Args:
        webhook_id (UUID):
        status (DeliveryStatus | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDeliveryPage | Failure
    """

    return (
        await asyncio_detailed(
            webhook_id=webhook_id,
            client=client,
            status=status,
            page=page,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
