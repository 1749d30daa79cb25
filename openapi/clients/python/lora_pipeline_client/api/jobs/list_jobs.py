from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_job_page import DataJobPage
from ...models.failure import Failure
from ...models.job_status import JobStatus
from ...models.preset_id import PresetId
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: list[JobStatus] | Unset = UNSET,
    dataset_id: None | Unset | UUID = UNSET,
    preset_id: None | PresetId | Unset = UNSET,
    search: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 10,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: list[str] | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = []
        for status_item_data in status:
            status_item = status_item_data.value
            json_status.append(status_item)

    params["status"] = json_status

    json_dataset_id: None | str | Unset
    if isinstance(dataset_id, Unset):
        json_dataset_id = UNSET
    elif isinstance(dataset_id, UUID):
        json_dataset_id = str(dataset_id)
    else:
        json_dataset_id = dataset_id
    params["dataset_id"] = json_dataset_id

    json_preset_id: None | str | Unset
    if isinstance(preset_id, Unset):
        json_preset_id = UNSET
    elif isinstance(preset_id, PresetId):
        json_preset_id = preset_id.value
    else:
        json_preset_id = preset_id
    params["preset_id"] = json_preset_id

    json_search: None | str | Unset
    if isinstance(search, Unset):
        json_search = UNSET
    else:
        json_search = search
    params["search"] = json_search

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
        "url": "/api/jobs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataJobPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataJobPage.from_dict(response.json())

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
) -> Response[DataJobPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: list[JobStatus] | Unset = UNSET,
    dataset_id: None | Unset | UUID = UNSET,
    preset_id: None | PresetId | Unset = UNSET,
    search: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 10,
    cursor: None | str | Unset = UNSET,
) -> Response[DataJobPage | Failure]:
    """List Jobs

     List your jobs, newest first.

    Args:
        status (list[JobStatus] | Unset): One or a comma list.
        dataset_id (None | Unset | UUID):
        preset_id (None | PresetId | Unset):
        search (None | str | Unset): Part of the name.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 10.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataJobPage | Failure]
    """

    kwargs = _get_kwargs(
        status=status,
        dataset_id=dataset_id,
        preset_id=preset_id,
        search=search,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    status: list[JobStatus] | Unset = UNSET,
    dataset_id: None | Unset | UUID = UNSET,
    preset_id: None | PresetId | Unset = UNSET,
    search: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 10,
    cursor: None | str | Unset = UNSET,
) -> DataJobPage | Failure | None:
    """List Jobs

     List your jobs, newest first.

    Args:
        status (list[JobStatus] | Unset): One or a comma list.
        dataset_id (None | Unset | UUID):
        preset_id (None | PresetId | Unset):
        search (None | str | Unset): Part of the name.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 10.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataJobPage | Failure
    """

    return sync_detailed(
        client=client,
        status=status,
        dataset_id=dataset_id,
        preset_id=preset_id,
        search=search,
        page=page,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: list[JobStatus] | Unset = UNSET,
    dataset_id: None | Unset | UUID = UNSET,
    preset_id: None | PresetId | Unset = UNSET,
    search: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 10,
    cursor: None | str | Unset = UNSET,
) -> Response[DataJobPage | Failure]:
    """List Jobs

     List your jobs, newest first.

    Args:
        status (list[JobStatus] | Unset): One or a comma list.
        dataset_id (None | Unset | UUID):
        preset_id (None | PresetId | Unset):
        search (None | str | Unset): Part of the name.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 10.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataJobPage | Failure]
    """

    kwargs = _get_kwargs(
        status=status,
        dataset_id=dataset_id,
        preset_id=preset_id,
        search=search,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    status: list[JobStatus] | Unset = UNSET,
    dataset_id: None | Unset | UUID = UNSET,
    preset_id: None | PresetId | Unset = UNSET,
    search: None | str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 10,
    cursor: None | str | Unset = UNSET,
) -> DataJobPage | Failure | None:
    """List Jobs

     List your jobs, newest first.

    Args:
        status (list[JobStatus] | Unset): One or a comma list.
        dataset_id (None | Unset | UUID):
        preset_id (None | PresetId | Unset):
        search (None | str | Unset): Part of the name.
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 10.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataJobPage | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            dataset_id=dataset_id,
            preset_id=preset_id,
            search=search,
            page=page,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
