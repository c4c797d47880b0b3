"""The options before the command, and the clients made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from nanonets_sdk import AsyncNanonets, Nanonets


class State:
    """The values of the options before the command.

    Attributes:
        base_url: `--base-url`.
        timeout: `--timeout`, in seconds.
        debug: `--debug`.
    """

    def __init__(self) -> None:
        self.base_url: str | None = None
        self.timeout: float | None = None
        self.debug = False

    def client(self) -> Nanonets:
        """Return a client. The caller closes it.

        Raises:
            ConfigurationError: There is no API key, or a setting is invalid.
        """
        from nanonets_sdk import Nanonets

        return Nanonets(**self._settings())

    def async_client(self, files: int) -> AsyncNanonets:
        """Return an asynchronous client. The caller closes it.

        Args:
            files: The number of files that it sends.

        Raises:
            ConfigurationError: There is no API key, or a setting is invalid.
        """
        from nanonets_sdk.client import asynchronous

        # aiohttp sends many files faster, but loading it takes longer than sending one.
        with self.client() as client:
            return asynchronous(client, prefers_aiohttp=files > 1)

    def _settings(self) -> dict[str, Any]:
        # What is not given is left out, so that the client's own defaults hold.
        given = {"base_url": self.base_url, "timeout": self.timeout}
        return {name: value for name, value in given.items() if value is not None}


def state_of(context: typer.Context) -> State:
    """Return the values of the options before the command."""
    return context.ensure_object(State)
