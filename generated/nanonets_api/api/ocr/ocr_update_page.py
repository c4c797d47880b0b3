from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error import Error
from ...models.page_update import PageUpdate
from ...types import UNSET, Response


def _get_kwargs(
    model_id: str,
    *,
    body: PageUpdate,
    use_ui_version: bool,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["use_ui_version"] = use_ui_version

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/Inferences/Model/{model_id}/ImageLevelInference".format(
            model_id=quote(str(model_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Error | None:
    if response.status_code == 200:
        response_200 = response.json()
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
) -> Response[Any | Error]:
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
    body: PageUpdate,
    use_ui_version: bool,
) -> Response[Any | Error]:
    """Replace the boxes of a page

     The boxes of the request take the place of the page's moderated boxes: read the page, change them,
    and send all of them. A box that is left out is deleted, a new one has `is_new`. One call a page.

    Args:
        model_id (str):
        use_ui_version (bool):
        body (PageUpdate): The new boxes of a page. Everything else is copied from reading it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        body=body,
        use_ui_version=use_ui_version,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PageUpdate,
    use_ui_version: bool,
) -> Any | Error | None:
    """Replace the boxes of a page

     The boxes of the request take the place of the page's moderated boxes: read the page, change them,
    and send all of them. A box that is left out is deleted, a new one has `is_new`. One call a page.

    Args:
        model_id (str):
        use_ui_version (bool):
        body (PageUpdate): The new boxes of a page. Everything else is copied from reading it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error
    """

    return sync_detailed(
        model_id=model_id,
        client=client,
        body=body,
        use_ui_version=use_ui_version,
    ).parsed


async def asyncio_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PageUpdate,
    use_ui_version: bool,
) -> Response[Any | Error]:
    """Replace the boxes of a page

     The boxes of the request take the place of the page's moderated boxes: read the page, change them,
    and send all of them. A box that is left out is deleted, a new one has `is_new`. One call a page.

    Args:
        model_id (str):
        use_ui_version (bool):
        body (PageUpdate): The new boxes of a page. Everything else is copied from reading it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        body=body,
        use_ui_version=use_ui_version,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: PageUpdate,
    use_ui_version: bool,
) -> Any | Error | None:
    """Replace the boxes of a page

     The boxes of the request take the place of the page's moderated boxes: read the page, change them,
    and send all of them. A box that is left out is deleted, a new one has `is_new`. One call a page.

    Args:
        model_id (str):
        use_ui_version (bool):
        body (PageUpdate): The new boxes of a page. Everything else is copied from reading it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error
    """

    return (
        await asyncio_detailed(
            model_id=model_id,
            client=client,
            body=body,
            use_ui_version=use_ui_version,
        )
    ).parsed
