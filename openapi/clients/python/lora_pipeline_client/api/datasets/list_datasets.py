from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_dataset_page import DataDatasetPage
from ...models.dataset_format import DatasetFormat
from ...models.dataset_status import DatasetStatus
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: DatasetStatus | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    format_: DatasetFormat | None | Unset = UNSET,
    training_ready: bool | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 25,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, DatasetStatus):
        json_status = status.value
    else:
        json_status = status
    params["status"] = json_status

    json_search: None | str | Unset
    if isinstance(search, Unset):
        json_search = UNSET
    else:
        json_search = search
    params["search"] = json_search

    json_format_: None | str | Unset
    if isinstance(format_, Unset):
        json_format_ = UNSET
    elif isinstance(format_, DatasetFormat):
        json_format_ = format_.value
    else:
        json_format_ = format_
    params["format"] = json_format_

    json_training_ready: bool | None | Unset
    if isinstance(training_ready, Unset):
        json_training_ready = UNSET
    else:
        json_training_ready = training_ready
    params["training_ready"] = json_training_ready

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
        "url": "/api/datasets",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDatasetPage | Failure | None:
    if response.status_code == 200:
        response_200 = DataDatasetPage.from_dict(response.json())

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
) -> Response[DataDatasetPage | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: DatasetStatus | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    format_: DatasetFormat | None | Unset = UNSET,
    training_ready: bool | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 25,
    cursor: None | str | Unset = UNSET,
) -> Response[DataDatasetPage | Failure]:
    """List Datasets

     List your datasets, newest first.

    Args:
        status (DatasetStatus | None | Unset):
        search (None | str | Unset): Part of the name.
        format_ (DatasetFormat | None | Unset):
        training_ready (bool | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 25.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetPage | Failure]
    """

    kwargs = _get_kwargs(
        status=status,
        search=search,
        format_=format_,
        training_ready=training_ready,
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
    status: DatasetStatus | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    format_: DatasetFormat | None | Unset = UNSET,
    training_ready: bool | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 25,
    cursor: None | str | Unset = UNSET,
) -> DataDatasetPage | Failure | None:
    """List Datasets

     List your datasets, newest first.

    Args:
        status (DatasetStatus | None | Unset):
        search (None | str | Unset): Part of the name.
        format_ (DatasetFormat | None | Unset):
        training_ready (bool | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 25.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetPage | Failure
    """

    return sync_detailed(
        client=client,
        status=status,
        search=search,
        format_=format_,
        training_ready=training_ready,
        page=page,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: DatasetStatus | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    format_: DatasetFormat | None | Unset = UNSET,
    training_ready: bool | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 25,
    cursor: None | str | Unset = UNSET,
) -> Response[DataDatasetPage | Failure]:
    """List Datasets

     List your datasets, newest first.

    Args:
        status (DatasetStatus | None | Unset):
        search (None | str | Unset): Part of the name.
        format_ (DatasetFormat | None | Unset):
        training_ready (bool | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 25.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetPage | Failure]
    """

    kwargs = _get_kwargs(
        status=status,
        search=search,
        format_=format_,
        training_ready=training_ready,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    status: DatasetStatus | None | Unset = UNSET,
    search: None | str | Unset = UNSET,
    format_: DatasetFormat | None | Unset = UNSET,
    training_ready: bool | None | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 25,
    cursor: None | str | Unset = UNSET,
) -> DataDatasetPage | Failure | None:
    """List Datasets

     List your datasets, newest first.

    Args:
        status (DatasetStatus | None | Unset):
        search (None | str | Unset): Part of the name.
        format_ (DatasetFormat | None | Unset):
        training_ready (bool | None | Unset):
        page (int | Unset): From 1. Default: 1.
        limit (int | Unset):  Default: 25.
        cursor (None | str | Unset): next_cursor of the page before; overrides `page`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetPage | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            search=search,
            format_=format_,
            training_ready=training_ready,
            page=page,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
