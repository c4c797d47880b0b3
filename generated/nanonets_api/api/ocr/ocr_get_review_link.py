from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...types import UNSET, Response, Unset


def _get_kwargs(
    model_id: str,
    request_file_id: str,
    *,
    expires: int,
    redirect: str | Unset = UNSET,
    callback: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["expires"] = expires

    params["redirect"] = redirect

    params["callback"] = callback

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/Inferences/Model/{model_id}/ValidationUrl/{request_file_id}".format(
            model_id=quote(str(model_id), safe=""),
            request_file_id=quote(str(request_file_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 200:
        response_200 = response.text
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
) -> Response[Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    model_id: str,
    request_file_id: str,
    *,
    client: AuthenticatedClient | Client,
    expires: int,
    redirect: str | Unset = UNSET,
    callback: str | Unset = UNSET,
) -> Response[Error | str]:
    """Get a link to review a file

     The link opens the file in a page for review that asks for no login. It may be asked for right after
    a submission. Another host than that of all other operations, and no `/api/v2`. On verification and
    on exit the page posts to `callback`.

    Args:
        model_id (str):
        request_file_id (str):
        expires (int):
        redirect (str | Unset):
        callback (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        request_file_id=request_file_id,
        expires=expires,
        redirect=redirect,
        callback=callback,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model_id: str,
    request_file_id: str,
    *,
    client: AuthenticatedClient | Client,
    expires: int,
    redirect: str | Unset = UNSET,
    callback: str | Unset = UNSET,
) -> Error | str | None:
    """Get a link to review a file

     The link opens the file in a page for review that asks for no login. It may be asked for right after
    a submission. Another host than that of all other operations, and no `/api/v2`. On verification and
    on exit the page posts to `callback`.

    Args:
        model_id (str):
        request_file_id (str):
        expires (int):
        redirect (str | Unset):
        callback (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        model_id=model_id,
        request_file_id=request_file_id,
        client=client,
        expires=expires,
        redirect=redirect,
        callback=callback,
    ).parsed


async def asyncio_detailed(
    model_id: str,
    request_file_id: str,
    *,
    client: AuthenticatedClient | Client,
    expires: int,
    redirect: str | Unset = UNSET,
    callback: str | Unset = UNSET,
) -> Response[Error | str]:
    """Get a link to review a file

     The link opens the file in a page for review that asks for no login. It may be asked for right after
    a submission. Another host than that of all other operations, and no `/api/v2`. On verification and
    on exit the page posts to `callback`.

    Args:
        model_id (str):
        request_file_id (str):
        expires (int):
        redirect (str | Unset):
        callback (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        request_file_id=request_file_id,
        expires=expires,
        redirect=redirect,
        callback=callback,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model_id: str,
    request_file_id: str,
    *,
    client: AuthenticatedClient | Client,
    expires: int,
    redirect: str | Unset = UNSET,
    callback: str | Unset = UNSET,
) -> Error | str | None:
    """Get a link to review a file

     The link opens the file in a page for review that asks for no login. It may be asked for right after
    a submission. Another host than that of all other operations, and no `/api/v2`. On verification and
    on exit the page posts to `callback`.

    Args:
        model_id (str):
        request_file_id (str):
        expires (int):
        redirect (str | Unset):
        callback (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            model_id=model_id,
            request_file_id=request_file_id,
            client=client,
            expires=expires,
            redirect=redirect,
            callback=callback,
        )
    ).parsed
