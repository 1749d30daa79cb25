import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_costs_read import DataCostsRead
from ...models.failure import Failure
from ...models.grouping import Grouping
from ...models.period import Period
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    job_id: None | Unset | UUID = UNSET,
    group_by: Grouping | Unset = UNSET,
    period: Period | Unset = UNSET,
    start_date: datetime.date | None | Unset = UNSET,
    end_date: datetime.date | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_job_id: None | str | Unset
    if isinstance(job_id, Unset):
        json_job_id = UNSET
    elif isinstance(job_id, UUID):
        json_job_id = str(job_id)
    else:
        json_job_id = job_id
    params["job_id"] = json_job_id

    json_group_by: str | Unset = UNSET
    if not isinstance(group_by, Unset):
        json_group_by = group_by.value

    params["group_by"] = json_group_by

    json_period: str | Unset = UNSET
    if not isinstance(period, Unset):
        json_period = period.value

    params["period"] = json_period

    json_start_date: None | str | Unset
    if isinstance(start_date, Unset):
        json_start_date = UNSET
    elif isinstance(start_date, datetime.date):
        json_start_date = start_date.isoformat()
    else:
        json_start_date = start_date
    params["start_date"] = json_start_date

    json_end_date: None | str | Unset
    if isinstance(end_date, Unset):
        json_end_date = UNSET
    elif isinstance(end_date, datetime.date):
        json_end_date = end_date.isoformat()
    else:
        json_end_date = end_date
    params["end_date"] = json_end_date

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/costs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataCostsRead | Failure | None:
    if response.status_code == 200:
        response_200 = DataCostsRead.from_dict(response.json())

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
) -> Response[DataCostsRead | Failure]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    job_id: None | Unset | UUID = UNSET,
    group_by: Grouping | Unset = UNSET,
    period: Period | Unset = UNSET,
    start_date: datetime.date | None | Unset = UNSET,
    end_date: datetime.date | None | Unset = UNSET,
) -> Response[DataCostsRead | Failure]:
    """Get Costs

     Get your charges; the chart's amounts sum to the total. Of many, the last 1,000 are in `records`.

    Args:
        job_id (None | Unset | UUID):
        group_by (Grouping | Unset): The period or kind that one bar of the chart sums up.
        period (Period | Unset): The days up to and including today.
        start_date (datetime.date | None | Unset): First day, UTC; overrides `period`.
        end_date (datetime.date | None | Unset): Last day, included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataCostsRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        group_by=group_by,
        period=period,
        start_date=start_date,
        end_date=end_date,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    job_id: None | Unset | UUID = UNSET,
    group_by: Grouping | Unset = UNSET,
    period: Period | Unset = UNSET,
    start_date: datetime.date | None | Unset = UNSET,
    end_date: datetime.date | None | Unset = UNSET,
) -> DataCostsRead | Failure | None:
    """Get Costs

     Get your charges; the chart's amounts sum to the total. Of many, the last 1,000 are in `records`.

    Args:
        job_id (None | Unset | UUID):
        group_by (Grouping | Unset): The period or kind that one bar of the chart sums up.
        period (Period | Unset): The days up to and including today.
        start_date (datetime.date | None | Unset): First day, UTC; overrides `period`.
        end_date (datetime.date | None | Unset): Last day, included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataCostsRead | Failure
    """

    return sync_detailed(
        client=client,
        job_id=job_id,
        group_by=group_by,
        period=period,
        start_date=start_date,
        end_date=end_date,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    job_id: None | Unset | UUID = UNSET,
    group_by: Grouping | Unset = UNSET,
    period: Period | Unset = UNSET,
    start_date: datetime.date | None | Unset = UNSET,
    end_date: datetime.date | None | Unset = UNSET,
) -> Response[DataCostsRead | Failure]:
    """Get Costs

     Get your charges; the chart's amounts sum to the total. Of many, the last 1,000 are in `records`.

    Args:
        job_id (None | Unset | UUID):
        group_by (Grouping | Unset): The period or kind that one bar of the chart sums up.
        period (Period | Unset): The days up to and including today.
        start_date (datetime.date | None | Unset): First day, UTC; overrides `period`.
        end_date (datetime.date | None | Unset): Last day, included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataCostsRead | Failure]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        group_by=group_by,
        period=period,
        start_date=start_date,
        end_date=end_date,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    job_id: None | Unset | UUID = UNSET,
    group_by: Grouping | Unset = UNSET,
    period: Period | Unset = UNSET,
    start_date: datetime.date | None | Unset = UNSET,
    end_date: datetime.date | None | Unset = UNSET,
) -> DataCostsRead | Failure | None:
    """Get Costs

     Get your charges; the chart's amounts sum to the total. Of many, the last 1,000 are in `records`.

    Args:
        job_id (None | Unset | UUID):
        group_by (Grouping | Unset): The period or kind that one bar of the chart sums up.
        period (Period | Unset): The days up to and including today.
        start_date (datetime.date | None | Unset): First day, UTC; overrides `period`.
        end_date (datetime.date | None | Unset): Last day, included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataCostsRead | Failure
    """

    return (
        await asyncio_detailed(
            client=client,
            job_id=job_id,
            group_by=group_by,
            period=period,
            start_date=start_date,
            end_date=end_date,
        )
    ).parsed
