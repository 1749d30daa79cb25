from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_event_page import DataEventPage
from ...models.failure import Failure
from ...models.list_job_events_types_item import ListJobEventsTypesItem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: UUID,
    *,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    types: list[ListJobEventsTypesItem] | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    params: dict[str, Any] = {}

    params["after_seq"] = after_seq

    params["limit"] = limit

    json_types: list[str] | Unset = UNSET
    if not isinstance(types, Unset):
        json_types = []
        for types_item_data in types:
            types_item = types_item_data.value
            json_types.append(types_item)

    params["types"] = json_types

    json_stream_token: None | str | Unset
    if isinstance(stream_token, Unset):
        json_stream_token = UNSET
    else:
        json_stream_token = stream_token
    params["stream_token"] = json_stream_token

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/jobs/{job_id}/events".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataEventPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataEventPage.from_dict(response.json())

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
) -> Response[DataEventPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    types: list[ListJobEventsTypesItem] | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataEventPage | Failure]:
    """List Job Events

     List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID`
    (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event: behind it the answer is
    204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        types (list[ListJobEventsTypesItem] | Unset): One or a comma list.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataEventPage | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        after_seq=after_seq,
        limit=limit,
        types=types,
        stream_token=stream_token,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    types: list[ListJobEventsTypesItem] | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataEventPage | Failure | None:
    """List Job Events

     List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID`
    (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event: behind it the answer is
    204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        types (list[ListJobEventsTypesItem] | Unset): One or a comma list.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataEventPage | Failure
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        after_seq=after_seq,
        limit=limit,
        types=types,
        stream_token=stream_token,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    types: list[ListJobEventsTypesItem] | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataEventPage | Failure]:
    """List Job Events

     List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID`
    (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event: behind it the answer is
    204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        types (list[ListJobEventsTypesItem] | Unset): One or a comma list.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataEventPage | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        after_seq=after_seq,
        limit=limit,
        types=types,
        stream_token=stream_token,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    types: list[ListJobEventsTypesItem] | Unset = UNSET,
    stream_token: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataEventPage | Failure | None:
    """List Job Events

     List the events of a job, in order; `seq` has no gaps.

    With `Accept: text/event-stream` new events follow live: `id:` is the seq, so that `Last-Event-ID`
    (or
    `after_seq`) resumes without loss or repeats, and `end` is the last event: behind it the answer is
    204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        types (list[ListJobEventsTypesItem] | Unset): One or a comma list.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataEventPage | Failure
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            after_seq=after_seq,
            limit=limit,
            types=types,
            stream_token=stream_token,
            last_event_id=last_event_id,
        )
    ).parsed
