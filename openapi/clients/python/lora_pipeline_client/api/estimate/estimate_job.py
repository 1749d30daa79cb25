from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_estimate_read import DataEstimateRead
from ...models.estimate_create import EstimateCreate
from ...models.failure import Failure
from ...types import Response


def _get_kwargs(
    *,
    body: EstimateCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/jobs/estimate",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataEstimateRead | Failure | None:
    if response.status_code == 200:
        response_200 = DataEstimateRead.from_dict(response.json())

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
) -> Response[DataEstimateRead | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: EstimateCreate,
) -> Response[DataEstimateRead | Failure]:
    """Estimate Job

     Price a plan without side effects; any dataset of yours can be priced.

    `fit` says how much of the dataset the base model can be trained on, where that is known:
    `POST /api/datasets/{dataset_id}/fit` works it out.

    Args:
        body (EstimateCreate): The training to price; settings of a job that do not change its
            price are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataEstimateRead | Failure]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: EstimateCreate,
) -> DataEstimateRead | Failure | None:
    """Estimate Job

     Price a plan without side effects; any dataset of yours can be priced.

    `fit` says how much of the dataset the base model can be trained on, where that is known:
    `POST /api/datasets/{dataset_id}/fit` works it out.

    Args:
        body (EstimateCreate): The training to price; settings of a job that do not change its
            price are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataEstimateRead | Failure
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: EstimateCreate,
) -> Response[DataEstimateRead | Failure]:
    """Estimate Job

     Price a plan without side effects; any dataset of yours can be priced.

    `fit` says how much of the dataset the base model can be trained on, where that is known:
    `POST /api/datasets/{dataset_id}/fit` works it out.

    Args:
        body (EstimateCreate): The training to price; settings of a job that do not change its
            price are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataEstimateRead | Failure]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: EstimateCreate,
) -> DataEstimateRead | Failure | None:
    """Estimate Job

     Price a plan without side effects; any dataset of yours can be priced.

    `fit` says how much of the dataset the base model can be trained on, where that is known:
    `POST /api/datasets/{dataset_id}/fit` works it out.

    Args:
        body (EstimateCreate): The training to price; settings of a job that do not change its
            price are ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataEstimateRead | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
