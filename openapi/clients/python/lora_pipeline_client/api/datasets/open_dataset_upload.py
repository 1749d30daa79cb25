from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_dataset_upload import DataDatasetUpload
from ...models.failure import Failure
from ...types import Response


def _get_kwargs(
    dataset_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/datasets/{dataset_id}/upload".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDatasetUpload | Failure | None:
    if response.status_code == 200:
        response_200 = DataDatasetUpload.from_dict(response.json())

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
) -> Response[DataDatasetUpload | Failure]:
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
) -> Response[DataDatasetUpload | Failure]:
    """Open Dataset Upload

     Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order
    or
    parallel, then confirm. After a broken upload, call this again to resume it. Parts count in
    `stored_bytes`
    beside the whole file, so that without room for both only the whole file is offered.

    Args:
        dataset_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetUpload | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
) -> DataDatasetUpload | Failure | None:
    """Open Dataset Upload

     Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order
    or
    parallel, then confirm. After a broken upload, call this again to resume it. Parts count in
    `stored_bytes`
    beside the whole file, so that without room for both only the whole file is offered.

    Args:
        dataset_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetUpload | Failure
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[DataDatasetUpload | Failure]:
    """Open Dataset Upload

     Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order
    or
    parallel, then confirm. After a broken upload, call this again to resume it. Parts count in
    `stored_bytes`
    beside the whole file, so that without room for both only the whole file is offered.

    Args:
        dataset_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetUpload | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
) -> DataDatasetUpload | Failure | None:
    """Open Dataset Upload

     Get fresh upload instructions, while the dataset still waits for its file.

    A file above 64 MiB is also offered in parts: send those that are not `uploaded` yet, in any order
    or
    parallel, then confirm. After a broken upload, call this again to resume it. Parts count in
    `stored_bytes`
    beside the whole file, so that without room for both only the whole file is offered.

    Args:
        dataset_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetUpload | Failure
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
        )
    ).parsed
