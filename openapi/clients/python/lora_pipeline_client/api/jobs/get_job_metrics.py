from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_metrics_read import DataMetricsRead
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: UUID,
    *,
    from_step: int | None | Unset = UNSET,
    to_step: int | None | Unset = UNSET,
    max_points: int | Unset = 1000,
    attempt: int | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_from_step: int | None | Unset
    if isinstance(from_step, Unset):
        json_from_step = UNSET
    else:
        json_from_step = from_step
    params["from_step"] = json_from_step

    json_to_step: int | None | Unset
    if isinstance(to_step, Unset):
        json_to_step = UNSET
    else:
        json_to_step = to_step
    params["to_step"] = json_to_step

    params["max_points"] = max_points

    json_attempt: int | None | Unset
    if isinstance(attempt, Unset):
        json_attempt = UNSET
    else:
        json_attempt = attempt
    params["attempt"] = json_attempt

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/jobs/{job_id}/metrics".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataMetricsRead | Failure | None:
    if response.status_code == 200:
        response_200 = DataMetricsRead.from_dict(response.json())

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
) -> Response[DataMetricsRead | Failure]:
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
    from_step: int | None | Unset = UNSET,
    to_step: int | None | Unset = UNSET,
    max_points: int | Unset = 1000,
    attempt: int | None | Unset = UNSET,
) -> Response[DataMetricsRead | Failure]:
    """Get Job Metrics

     Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.

    Args:
        job_id (UUID):
        from_step (int | None | Unset):
        to_step (int | None | Unset):
        max_points (int | Unset):  Default: 1000.
        attempt (int | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataMetricsRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        from_step=from_step,
        to_step=to_step,
        max_points=max_points,
        attempt=attempt,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    from_step: int | None | Unset = UNSET,
    to_step: int | None | Unset = UNSET,
    max_points: int | Unset = 1000,
    attempt: int | None | Unset = UNSET,
) -> DataMetricsRead | Failure | None:
    """Get Job Metrics

     Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.

    Args:
        job_id (UUID):
        from_step (int | None | Unset):
        to_step (int | None | Unset):
        max_points (int | Unset):  Default: 1000.
        attempt (int | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataMetricsRead | Failure
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        from_step=from_step,
        to_step=to_step,
        max_points=max_points,
        attempt=attempt,
    ).parsed


async def asyncio_detailed(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    from_step: int | None | Unset = UNSET,
    to_step: int | None | Unset = UNSET,
    max_points: int | Unset = 1000,
    attempt: int | None | Unset = UNSET,
) -> Response[DataMetricsRead | Failure]:
    """Get Job Metrics

     Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.

    Args:
        job_id (UUID):
        from_step (int | None | Unset):
        to_step (int | None | Unset):
        max_points (int | Unset):  Default: 1000.
        attempt (int | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataMetricsRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        from_step=from_step,
        to_step=to_step,
        max_points=max_points,
        attempt=attempt,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    from_step: int | None | Unset = UNSET,
    to_step: int | None | Unset = UNSET,
    max_points: int | Unset = 1000,
    attempt: int | None | Unset = UNSET,
) -> DataMetricsRead | Failure | None:
    """Get Job Metrics

     Get the loss curve; more than `max_points` are thinned out, keeping extremes and the last.

    Args:
        job_id (UUID):
        from_step (int | None | Unset):
        to_step (int | None | Unset):
        max_points (int | Unset):  Default: 1000.
        attempt (int | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataMetricsRead | Failure
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            from_step=from_step,
            to_step=to_step,
            max_points=max_points,
            attempt=attempt,
        )
    ).parsed
