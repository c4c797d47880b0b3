from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.listing import Listing
from ...types import UNSET, Response, Unset


def _get_kwargs(
    model_id: str,
    *,
    start_day_interval: int | Unset = UNSET,
    current_batch_day: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["start_day_interval"] = start_day_interval

    params["current_batch_day"] = current_batch_day

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/Inferences/Model/{model_id}/ImageLevelInferences".format(
            model_id=quote(str(model_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | Listing | None:
    if response.status_code == 200:
        response_200 = Listing.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = Error.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Error | Listing]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    start_day_interval: int | Unset = UNSET,
    current_batch_day: int | Unset = UNSET,
) -> Response[Error | Listing]:
    """List the predicted pages of an interval of days

     Every page whose file was uploaded in the interval, approved ones apart from the others. There is no
    paging: a wide interval gives one large reply.

    Args:
        model_id (str):
        start_day_interval (int | Unset):
        current_batch_day (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Listing]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        start_day_interval=start_day_interval,
        current_batch_day=current_batch_day,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    start_day_interval: int | Unset = UNSET,
    current_batch_day: int | Unset = UNSET,
) -> Error | Listing | None:
    """List the predicted pages of an interval of days

     Every page whose file was uploaded in the interval, approved ones apart from the others. There is no
    paging: a wide interval gives one large reply.

    Args:
        model_id (str):
        start_day_interval (int | Unset):
        current_batch_day (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Listing
    """

    return sync_detailed(
        model_id=model_id,
        client=client,
        start_day_interval=start_day_interval,
        current_batch_day=current_batch_day,
    ).parsed


async def asyncio_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    start_day_interval: int | Unset = UNSET,
    current_batch_day: int | Unset = UNSET,
) -> Response[Error | Listing]:
    """List the predicted pages of an interval of days

     Every page whose file was uploaded in the interval, approved ones apart from the others. There is no
    paging: a wide interval gives one large reply.

    Args:
        model_id (str):
        start_day_interval (int | Unset):
        current_batch_day (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | Listing]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        start_day_interval=start_day_interval,
        current_batch_day=current_batch_day,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    start_day_interval: int | Unset = UNSET,
    current_batch_day: int | Unset = UNSET,
) -> Error | Listing | None:
    """List the predicted pages of an interval of days

     Every page whose file was uploaded in the interval, approved ones apart from the others. There is no
    paging: a wide interval gives one large reply.

    Args:
        model_id (str):
        start_day_interval (int | Unset):
        current_batch_day (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | Listing
    """

    return (
        await asyncio_detailed(
            model_id=model_id,
            client=client,
            start_day_interval=start_day_interval,
            current_batch_day=current_batch_day,
        )
    ).parsed
