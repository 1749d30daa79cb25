from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.failure import Failure
from ...models.finding_severity import FindingSeverity
from ...models.report_format import ReportFormat
from ...types import UNSET, Response, Unset


def _get_kwargs(
    dataset_id: UUID,
    *,
    format_: ReportFormat | Unset = UNSET,
    severity: FindingSeverity | None | Unset = UNSET,
    code: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    json_severity: None | str | Unset
    if isinstance(severity, Unset):
        json_severity = UNSET
    elif isinstance(severity, FindingSeverity):
        json_severity = severity.value
    else:
        json_severity = severity
    params["severity"] = json_severity

    json_code: None | str | Unset
    if isinstance(code, Unset):
        json_code = UNSET
    else:
        json_code = code
    params["code"] = json_code

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/datasets/{dataset_id}/report/download".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Failure | str | None:
    if response.status_code == 200:
        response_200 = response.text
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
) -> Response[Failure | str]:
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
    format_: ReportFormat | Unset = UNSET,
    severity: FindingSeverity | None | Unset = UNSET,
    code: None | str | Unset = UNSET,
) -> Response[Failure | str]:
    """Download Dataset Report

     Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.

    Args:
        dataset_id (UUID):
        format_ (ReportFormat | Unset): The kind of file that a report is downloaded as.
        severity (FindingSeverity | None | Unset):
        code (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Failure | str]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        format_=format_,
        severity=severity,
        code=code,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ReportFormat | Unset = UNSET,
    severity: FindingSeverity | None | Unset = UNSET,
    code: None | str | Unset = UNSET,
) -> Failure | str | None:
    """Download Dataset Report

     Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.

    Args:
        dataset_id (UUID):
        format_ (ReportFormat | Unset): The kind of file that a report is downloaded as.
        severity (FindingSeverity | None | Unset):
        code (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Failure | str
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        format_=format_,
        severity=severity,
        code=code,
    ).parsed


async def asyncio_detailed(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ReportFormat | Unset = UNSET,
    severity: FindingSeverity | None | Unset = UNSET,
    code: None | str | Unset = UNSET,
) -> Response[Failure | str]:
    """Download Dataset Report

     Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.

    Args:
        dataset_id (UUID):
        format_ (ReportFormat | Unset): The kind of file that a report is downloaded as.
        severity (FindingSeverity | None | Unset):
        code (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Failure | str]
    """

    kwargs = _get_kwargs(
        dataset_id=dataset_id,
        format_=format_,
        severity=severity,
        code=code,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: UUID,
    *,
    client: AuthenticatedClient,
    format_: ReportFormat | Unset = UNSET,
    severity: FindingSeverity | None | Unset = UNSET,
    code: None | str | Unset = UNSET,
) -> Failure | str | None:
    """Download Dataset Report

     Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file.

    Args:
        dataset_id (UUID):
        format_ (ReportFormat | Unset): The kind of file that a report is downloaded as.
        severity (FindingSeverity | None | Unset):
        code (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Failure | str
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            format_=format_,
            severity=severity,
            code=code,
        )
    ).parsed
