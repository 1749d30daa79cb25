from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_log_page import DataLogPage
from ...models.failure import Failure
from ...models.log_level import LogLevel
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: UUID,
    *,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    level: LogLevel | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    params: dict[str, Any] = {}

    params["after_seq"] = after_seq

    params["limit"] = limit

    json_stream_token: None | str | Unset
    if isinstance(stream_token, Unset):
        json_stream_token = UNSET
    else:
        json_stream_token = stream_token
    params["stream_token"] = json_stream_token

    json_level: None | str | Unset
    if isinstance(level, Unset):
        json_level = UNSET
    elif isinstance(level, LogLevel):
        json_level = level.value
    else:
        json_level = level
    params["level"] = json_level

    json_search: None | str | Unset
    if isinstance(search, Unset):
        json_search = UNSET
    else:
        json_search = search
    params["search"] = json_search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/jobs/{job_id}/logs".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataLogPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataLogPage.from_dict(response.json())

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
) -> Response[DataLogPage | Failure]:
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
    stream_token: None | str | Unset = UNSET,
    level: LogLevel | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataLogPage | Failure]:
    """List Job Logs

     List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow
    live,
    unfiltered, and then the job's `end`: behind it the answer is 204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        level (LogLevel | None | Unset):
        search (None | str | Unset): Part of a line.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataLogPage | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        after_seq=after_seq,
        limit=limit,
        stream_token=stream_token,
        level=level,
        search=search,
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
    stream_token: None | str | Unset = UNSET,
    level: LogLevel | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataLogPage | Failure | None:
    """List Job Logs

     List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow
    live,
    unfiltered, and then the job's `end`: behind it the answer is 204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        level (LogLevel | None | Unset):
        search (None | str | Unset): Part of a line.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataLogPage | Failure
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        after_seq=after_seq,
        limit=limit,
        stream_token=stream_token,
        level=level,
        search=search,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    after_seq: int | Unset = 0,
    limit: int | Unset = 100,
    stream_token: None | str | Unset = UNSET,
    level: LogLevel | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> Response[DataLogPage | Failure]:
    """List Job Logs

     List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow
    live,
    unfiltered, and then the job's `end`: behind it the answer is 204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        level (LogLevel | None | Unset):
        search (None | str | Unset): Part of a line.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataLogPage | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        after_seq=after_seq,
        limit=limit,
        stream_token=stream_token,
        level=level,
        search=search,
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
    stream_token: None | str | Unset = UNSET,
    level: LogLevel | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    last_event_id: None | str | Unset = UNSET,
) -> DataLogPage | Failure | None:
    """List Job Logs

     List the trainer's log: lines of this level or above, in order.

    With `Accept: text/plain` the whole log is sent as text; with `text/event-stream` new lines follow
    live,
    unfiltered, and then the job's `end`: behind it the answer is 204.

    Args:
        job_id (UUID):
        after_seq (int | Unset): For a stream, 2147483647 is the last event there is now. Default:
            0.
        limit (int | Unset):  Default: 100.
        stream_token (None | str | Unset): Instead of a header, for a stream.
        level (LogLevel | None | Unset):
        search (None | str | Unset): Part of a line.
        last_event_id (None | str | Unset): Resumes a stream after this event.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataLogPage | Failure
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            after_seq=after_seq,
            limit=limit,
            stream_token=stream_token,
            level=level,
            search=search,
            last_event_id=last_event_id,
        )
    ).parsed
