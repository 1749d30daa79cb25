from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_erasure_read import DataErasureRead
from ...models.erase import Erase
from ...models.failure import Failure
from ...types import Response


def _get_kwargs(
    *,
    body: Erase,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/me/erase",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataErasureRead | Failure | None:
    if response.status_code == 200:
        response_200 = DataErasureRead.from_dict(response.json())

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
) -> Response[DataErasureRead | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Erase,
) -> Response[DataErasureRead | Failure]:
    """Erase Me

     Erase your account at once and for good: rows and files, API keys and webhooks.

    No job may be active and no dataset be validating. The answer counts the things removed and, counted
    again afterwards, the things left. Files sent later to an old upload URL are removed within two
    days. A
    later call with your token starts a new, empty account.

    Args:
        body (Erase): A confirmation word, so that no call erases an account by accident.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataErasureRead | Failure]
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
    body: Erase,
) -> DataErasureRead | Failure | None:
    """Erase Me

     Erase your account at once and for good: rows and files, API keys and webhooks.

    No job may be active and no dataset be validating. The answer counts the things removed and, counted
    again afterwards, the things left. Files sent later to an old upload URL are removed within two
    days. A
    later call with your token starts a new, empty account.

    Args:
        body (Erase): A confirmation word, so that no call erases an account by accident.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataErasureRead | Failure
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Erase,
) -> Response[DataErasureRead | Failure]:
    """Erase Me

     Erase your account at once and for good: rows and files, API keys and webhooks.

    No job may be active and no dataset be validating. The answer counts the things removed and, counted
    again afterwards, the things left. Files sent later to an old upload URL are removed within two
    days. A
    later call with your token starts a new, empty account.

    Args:
        body (Erase): A confirmation word, so that no call erases an account by accident.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataErasureRead | Failure]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Erase,
) -> DataErasureRead | Failure | None:
    """Erase Me

     Erase your account at once and for good: rows and files, API keys and webhooks.

    No job may be active and no dataset be validating. The answer counts the things removed and, counted
    again afterwards, the things left. Files sent later to an old upload URL are removed within two
    days. A
    later call with your token starts a new, empty account.

    Args:
        body (Erase): A confirmation word, so that no call erases an account by accident.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataErasureRead | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
