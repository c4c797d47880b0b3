"""What the options before the command say, and the clients that are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from nanonets_sdk import AsyncNanonets, Nanonets


class State:
    """The options before the command.

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
        """A client; close it.

        Raises:
            ConfigurationError: There is no API key, or a setting cannot be used.
        """
        from nanonets_sdk import Nanonets

        return Nanonets(**self._settings())

    def async_client(self) -> AsyncNanonets:
        """A client whose methods are awaited; close it.

        Raises:
            ConfigurationError: There is no API key, or a setting cannot be used.
        """
        from nanonets_sdk import AsyncNanonets

        return AsyncNanonets(**self._settings())

    def _settings(self) -> dict[str, Any]:
        given = {"base_url": self.base_url, "timeout": self.timeout}
        return {name: value for name, value in given.items() if value is not None}


def state_of(context: typer.Context) -> State:
    """The options before the command."""
    return context.ensure_object(State)
