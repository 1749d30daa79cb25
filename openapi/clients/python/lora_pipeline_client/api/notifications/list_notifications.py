from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_notification_page import DataNotificationPage
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    unread: bool | None | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    params: dict[str, Any] = {}

    json_unread: bool | None | Unset
    if isinstance(unread, Unset):
        json_unread = UNSET
    else:
        json_unread = unread
    params["unread"] = json_unread

    json_stream_token: None | str | Unset
    if isinstance(stream_token, Unset):
        json_stream_token = UNSET
    else:
        json_stream_token = stream_token
    params["stream_token"] = json_stream_token

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
        "url": "/api/notifications",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataNotificationPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataNotificationPage.from_dict(response.json())

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
) -> Response[DataNotificationPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    unread: bool | None | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataNotificationPage | Failure]:
    """List Notifications

     List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.

    Args:
        unread (bool | None | Unset):
        stream_token (None | str | Unset): Instead of a header, for a stream.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataNotificationPage | Failure]
    """

    kwargs = _get_kwargs(
        unread=unread,
        stream_token=stream_token,
        page=page,
        limit=limit,
        cursor=cursor,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    unread: bool | None | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataNotificationPage | Failure | None:
    """List Notifications

     List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.

    Args:
        unread (bool | None | Unset):
        stream_token (None | str | Unset): Instead of a header, for a stream.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataNotificationPage | Failure
    """

    return sync_detailed(
        client=client,
        unread=unread,
        stream_token=stream_token,
        page=page,
        limit=limit,
        cursor=cursor,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    unread: bool | None | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataNotificationPage | Failure]:
    """List Notifications

     List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.

    Args:
        unread (bool | None | Unset):
        stream_token (None | str | Unset): Instead of a header, for a stream.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataNotificationPage | Failure]
    """

    kwargs = _get_kwargs(
        unread=unread,
        stream_token=stream_token,
        page=page,
        limit=limit,
        cursor=cursor,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    unread: bool | None | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 20,
    cursor: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataNotificationPage | Failure | None:
    """List Notifications

     List your notifications, newest first.

    With `Accept: text/event-stream` new ones follow live; `id:` is the notification's.

    Args:
        unread (bool | None | Unset):
        stream_token (None | str | Unset): Instead of a header, for a stream.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 20.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataNotificationPage | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            unread=unread,
            stream_token=stream_token,
            page=page,
            limit=limit,
            cursor=cursor,
            last_event_id=last_event_id,
        )
    ).parsed
