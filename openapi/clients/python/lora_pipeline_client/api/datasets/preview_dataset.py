from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_dataset_preview import DataDatasetPreview
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    dataset_id: UUID,
    *,
    base_model: None | str | Unset = UNSET,
    max_seq_length: int | None | Unset = UNSET,
    offset: int | Unset = 0,
    limit: int | Unset = 10,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_base_model: None | str | Unset
    if isinstance(base_model, Unset):
        json_base_model = UNSET
    else:
        json_base_model = base_model
    params["base_model"] = json_base_model

    json_max_seq_length: int | None | Unset
    if isinstance(max_seq_length, Unset):
        json_max_seq_length = UNSET
    else:
        json_max_seq_length = max_seq_length
    params["max_seq_length"] = json_max_seq_length

    params["offset"] = offset

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/datasets/{dataset_id}/preview".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDatasetPreview | Failure | None:
    if response.status_code == 200:
        response_200 = DataDatasetPreview.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Failure.from_dict(response.json())

        return response_409

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
) -> Response[DataDatasetPreview | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    base_model: None | str | Unset = UNSET,
    max_seq_length: int | None | Unset = UNSET,
    offset: int | Unset = 0,
    limit: int | Unset = 10,
) -> Response[DataDatasetPreview | Failure]:
    """Preview Dataset

     Show the first valid examples as the trainer will see them: text, tokens, trained parts and
    truncation.

    A dataset with errors is shown too: its valid examples. Your previews are rendered one at a time.

    Args:
        dataset_id (UUID):
        base_model (None | str | Unset):
        max_seq_length (int | None | Unset): Longest example in tokens, by default up to 4096;
            longer ones lose their oldest turns
        offset (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetPreview | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        base_model=base_model,
        max_seq_length=max_seq_length,
        offset=offset,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    base_model: None | str | Unset = UNSET,
    max_seq_length: int | None | Unset = UNSET,
    offset: int | Unset = 0,
    limit: int | Unset = 10,
) -> DataDatasetPreview | Failure | None:
    """Preview Dataset

     Show the first valid examples as the trainer will see them: text, tokens, trained parts and
    truncation.

    A dataset with errors is shown too: its valid examples. Your previews are rendered one at a time.

    Args:
        dataset_id (UUID):
        base_model (None | str | Unset):
        max_seq_length (int | None | Unset): Longest example in tokens, by default up to 4096;
            longer ones lose their oldest turns
        offset (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetPreview | Failure
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        base_model=base_model,
        max_seq_length=max_seq_length,
        offset=offset,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    base_model: None | str | Unset = UNSET,
    max_seq_length: int | None | Unset = UNSET,
    offset: int | Unset = 0,
    limit: int | Unset = 10,
) -> Response[DataDatasetPreview | Failure]:
    """Preview Dataset

     Show the first valid examples as the trainer will see them: text, tokens, trained parts and
    truncation.

    A dataset with errors is shown too: its valid examples. Your previews are rendered one at a time.

    Args:
        dataset_id (UUID):
        base_model (None | str | Unset):
        max_seq_length (int | None | Unset): Longest example in tokens, by default up to 4096;
            longer ones lose their oldest turns
        offset (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetPreview | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        base_model=base_model,
        max_seq_length=max_seq_length,
        offset=offset,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    base_model: None | str | Unset = UNSET,
    max_seq_length: int | None | Unset = UNSET,
    offset: int | Unset = 0,
    limit: int | Unset = 10,
) -> DataDatasetPreview | Failure | None:
    """Preview Dataset

     Show the first valid examples as the trainer will see them: text, tokens, trained parts and
    truncation.

    A dataset with errors is shown too: its valid examples. Your previews are rendered one at a time.

    Args:
        dataset_id (UUID):
        base_model (None | str | Unset):
        max_seq_length (int | None | Unset): Longest example in tokens, by default up to 4096;
            longer ones lose their oldest turns
        offset (int | Unset):  Default: 0.
        limit (int | Unset):  Default: 10.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetPreview | Failure
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            base_model=base_model,
            max_seq_length=max_seq_length,
            offset=offset,
            limit=limit,
        )
    ).parsed
