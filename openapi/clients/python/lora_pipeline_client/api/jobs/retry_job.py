from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_job_read import DataJobRead
from ...models.failure import Failure
from ...models.job_retry import JobRetry
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: UUID,
    *,
    body: JobRetry | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/jobs/{job_id}/retry".format(
            job_id=quote(str(job_id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataJobRead | Failure | None:
    if response.status_code == 201:
        response_201 = DataJobRead.from_dict(response.json())

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
) -> Response[DataJobRead | Failure]:
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
    body: JobRetry | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataJobRead | Failure]:
    """Retry Job

     Try a failed or cancelled job again, as a new job that resumes from the last checkpoint.

    Checkpoints are kept as long as deleted files are, by default 30 days after the end. Later the new
    job
    begins anew, and has the warning `checkpoint_removed`.

    Args:
        job_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (JobRetry | Unset): How to try a job again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataJobRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JobRetry | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> DataJobRead | Failure | None:
    """Retry Job

     Try a failed or cancelled job again, as a new job that resumes from the last checkpoint.

    Checkpoints are kept as long as deleted files are, by default 30 days after the end. Later the new
    job
    begins anew, and has the warning `checkpoint_removed`.

    Args:
        job_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (JobRetry | Unset): How to try a job again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataJobRead | Failure
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JobRetry | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataJobRead | Failure]:
    """Retry Job

     Try a failed or cancelled job again, as a new job that resumes from the last checkpoint.

    Checkpoints are kept as long as deleted files are, by default 30 days after the end. Later the new
    job
    begins anew, and has the warning `checkpoint_removed`.

    Args:
        job_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (JobRetry | Unset): How to try a job again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataJobRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: UUID,
    *,
    client: AuthenticatedClient,
    body: JobRetry | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> DataJobRead | Failure | None:
    """Retry Job

     Try a failed or cancelled job again, as a new job that resumes from the last checkpoint.

    Checkpoints are kept as long as deleted files are, by default 30 days after the end. Later the new
    job
    begins anew, and has the warning `checkpoint_removed`.

    Args:
        job_id (UUID):
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (JobRetry | Unset): How to try a job again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataJobRead | Failure
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
