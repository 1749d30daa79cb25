from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_user_event_page import DataUserEventPage
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    params: dict[str, Any] = {}

    json_after: None | str | Unset
    if isinstance(after, Unset):
        json_after = UNSET
    else:
        json_after = after
    params["after"] = json_after

    params["limit"] = limit

    json_stream_token: None | str | Unset
    if isinstance(stream_token, Unset):
        json_stream_token = UNSET
    else:
        json_stream_token = stream_token
    params["stream_token"] = json_stream_token

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/events",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataUserEventPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataUserEventPage.from_dict(response.json())

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
) -> Response[DataUserEventPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataUserEventPage | Failure]:
    """List Events

     List the events of all of your jobs in one order; following `next_after` shows each once.

    An event is shown when no transaction is open that began before its own: after a moment. With
    `Accept: text/event-stream` new events follow at once. Ids are opaque; after a resume recent events
    may
    come again: `(job_id, seq)` identifies them.

    Args:
        after (None | str | Unset): `next_after`, or an event's id.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataUserEventPage | Failure]
    """

    kwargs = _get_kwargs(
        after=after,
        limit=limit,
        stream_token=stream_token,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataUserEventPage | Failure | None:
    """List Events

     List the events of all of your jobs in one order; following `next_after` shows each once.

    An event is shown when no transaction is open that began before its own: after a moment. With
    `Accept: text/event-stream` new events follow at once. Ids are opaque; after a resume recent events
    may
    come again: `(job_id, seq)` identifies them.

    Args:
        after (None | str | Unset): `next_after`, or an event's id.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataUserEventPage | Failure
    """

    return sync_detailed(
        client=client,
        after=after,
        limit=limit,
        stream_token=stream_token,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataUserEventPage | Failure]:
    """List Events

     List the events of all of your jobs in one order; following `next_after` shows each once.

    An event is shown when no transaction is open that began before its own: after a moment. With
    `Accept: text/event-stream` new events follow at once. Ids are opaque; after a resume recent events
    may
    come again: `(job_id, seq)` identifies them.

    Args:
        after (None | str | Unset): `next_after`, or an event's id.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataUserEventPage | Failure]
    """

    kwargs = _get_kwargs(
        after=after,
        limit=limit,
        stream_token=stream_token,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    after: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataUserEventPage | Failure | None:
    """List Events

     List the events of all of your jobs in one order; following `next_after` shows each once.

    An event is shown when no transaction is open that began before its own: after a moment. With
    `Accept: text/event-stream` new events follow at once. Ids are opaque; after a resume recent events
    may
    come again: `(job_id, seq)` identifies them.

    Args:
        after (None | str | Unset): `next_after`, or an event's id.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataUserEventPage | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            after=after,
            limit=limit,
            stream_token=stream_token,
            last_event_id=last_event_id,
        )
    ).parsed
