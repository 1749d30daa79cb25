from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_dataset_one import DataDatasetOne
from ...models.failure import Failure
from ...models.repair_create import RepairCreate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    dataset_id: UUID,
    *,
    body: RepairCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/datasets/{dataset_id}/repair".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDatasetOne | Failure | None:
    if response.status_code == 201:
        response_201 = DataDatasetOne.from_dict(response.json())

        return response_201

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
) -> Response[DataDatasetOne | Failure]:
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
    body: RepairCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataDatasetOne | Failure]:
    """Repair Dataset

     Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and
    dropped.
    Each record gets the smallest change that makes it valid. `dry_run` only plans. A repair that would
    drop
    more than 20 % of the records needs `allow_drops`: it is refused, or fails with that code.

    Args:
        dataset_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (RepairCreate): The action for each finding code, and how far the repair may go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetOne | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RepairCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> DataDatasetOne | Failure | None:
    """Repair Dataset

     Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and
    dropped.
    Each record gets the smallest change that makes it valid. `dry_run` only plans. A repair that would
    drop
    more than 20 % of the records needs `allow_drops`: it is refused, or fails with that code.

    Args:
        dataset_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (RepairCreate): The action for each finding code, and how far the repair may go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetOne | Failure
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RepairCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataDatasetOne | Failure]:
    """Repair Dataset

     Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and
    dropped.
    Each record gets the smallest change that makes it valid. `dry_run` only plans. A repair that would
    drop
    more than 20 % of the records needs `allow_drops`: it is refused, or fails with that code.

    Args:
        dataset_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (RepairCreate): The action for each finding code, and how far the repair may go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetOne | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: RepairCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> DataDatasetOne | Failure | None:
    """Repair Dataset

     Make a new dataset of the records that are valid or can be fixed; this one stays as it is.

    The new dataset is validated like any other; `repair_summary` counts the records kept, fixed and
    dropped.
    Each record gets the smallest change that makes it valid. `dry_run` only plans. A repair that would
    drop
    more than 20 % of the records needs `allow_drops`: it is refused, or fails with that code.

    Args:
        dataset_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (RepairCreate): The action for each finding code, and how far the repair may go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetOne | Failure
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
