from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_key_create import ApiKeyCreate
from ...models.data_api_key_created import DataApiKeyCreated
from ...models.failure import Failure
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ApiKeyCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["idempotency-key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/api-keys",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataApiKeyCreated | Failure | None:
    if response.status_code == 201:
        response_201 = DataApiKeyCreated.from_dict(response.json())

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
) -> Response[DataApiKeyCreated | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ApiKeyCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataApiKeyCreated | Failure]:
    """Create Api Key

     Make an API key; its secret is shown this once.

    Send it like a token: `Authorization: Bearer lp_...`. Give it the scopes that it needs: `read`
    looks,
    `write` works with datasets, jobs and models, `account` is for keys, webhooks, budget, notification
    preferences and erasing the account. A key that is made with another key can do no more than that
    one,
    lives no longer, and is revoked with it.

    Args:
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (ApiKeyCreate): A key that a script will use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataApiKeyCreated | Failure]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ApiKeyCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> DataApiKeyCreated | Failure | None:
    """Create Api Key

     Make an API key; its secret is shown this once.

    Send it like a token: `Authorization: Bearer lp_...`. Give it the scopes that it needs: `read`
    looks,
    `write` works with datasets, jobs and models, `account` is for keys, webhooks, budget, notification
    preferences and erasing the account. A key that is made with another key can do no more than that
    one,
    lives no longer, and is revoked with it.

    Args:
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (ApiKeyCreate): A key that a script will use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataApiKeyCreated | Failure
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ApiKeyCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DataApiKeyCreated | Failure]:
    """Create Api Key

     Make an API key; its secret is shown this once.

    Send it like a token: `Authorization: Bearer lp_...`. Give it the scopes that it needs: `read`
    looks,
    `write` works with datasets, jobs and models, `account` is for keys, webhooks, budget, notification
    preferences and erasing the account. A key that is made with another key can do no more than that
    one,
    lives no longer, and is revoked with it.

    Args:
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (ApiKeyCreate): A key that a script will use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataApiKeyCreated | Failure]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ApiKeyCreate,
    idempotency_key: None | str | Unset = UNSET,
) -> DataApiKeyCreated | Failure | None:
    """Create Api Key

     Make an API key; its secret is shown this once.

    Send it like a token: `Authorization: Bearer lp_...`. Give it the scopes that it needs: `read`
    looks,
    `write` works with datasets, jobs and models, `account` is for keys, webhooks, budget, notification
    preferences and erasing the account. A key that is made with another key can do no more than that
    one,
    lives no longer, and is revoked with it.

    Args:
        idempotency_key (None | str | Unset): Makes a repeat answer like the first request.
        body (ApiKeyCreate): A key that a script will use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataApiKeyCreated | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
