from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_dataset_fit_one import DataDatasetFitOne
from ...models.failure import Failure
from ...models.fit_create import FitCreate
from ...types import Response


def _get_kwargs(
    dataset_id: UUID,
    *,
    body: FitCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/datasets/{dataset_id}/fit".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataDatasetFitOne | Failure | None:
    if response.status_code == 200:
        response_200 = DataDatasetFitOne.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = DataDatasetFitOne.from_dict(response.json())

        return response_202

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
) -> Response[DataDatasetFitOne | Failure]:
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
    body: FitCreate,
) -> Response[DataDatasetFitOne | Failure]:
    """Fit Dataset

     Work out how much of a dataset a base model can be trained on, and what it leaves out and why.

    A worker does it: 202 until its `status` is no longer `pending`. Safe to repeat; one that could not
    be
    worked out is tried again.

    Args:
        dataset_id (UUID):
        body (FitCreate): The base model and sequence length to compare a dataset with; those of a
            job by default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetFitOne | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: FitCreate,
) -> DataDatasetFitOne | Failure | None:
    """Fit Dataset

     Work out how much of a dataset a base model can be trained on, and what it leaves out and why.

    A worker does it: 202 until its `status` is no longer `pending`. Safe to repeat; one that could not
    be
    worked out is tried again.

    Args:
        dataset_id (UUID):
        body (FitCreate): The base model and sequence length to compare a dataset with; those of a
            job by default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetFitOne | Failure
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: FitCreate,
) -> Response[DataDatasetFitOne | Failure]:
    """Fit Dataset

     Work out how much of a dataset a base model can be trained on, and what it leaves out and why.

    A worker does it: 202 until its `status` is no longer `pending`. Safe to repeat; one that could not
    be
    worked out is tried again.

    Args:
        dataset_id (UUID):
        body (FitCreate): The base model and sequence length to compare a dataset with; those of a
            job by default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataDatasetFitOne | Failure]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    body: FitCreate,
) -> DataDatasetFitOne | Failure | None:
    """Fit Dataset

     Work out how much of a dataset a base model can be trained on, and what it leaves out and why.

    A worker does it: 202 until its `status` is no longer `pending`. Safe to repeat; one that could not
    be
    worked out is tried again.

    Args:
        dataset_id (UUID):
        body (FitCreate): The base model and sequence length to compare a dataset with; those of a
            job by default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataDatasetFitOne | Failure
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            body=body,
        )
    ).parsed
