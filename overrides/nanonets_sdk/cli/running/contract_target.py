"""The service of a contract command: its address, the key for it, and what may be done to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import typer
from attrs import frozen

from nanonets_sdk._net import is_loopback_url
from nanonets_sdk.cli.output.terminal import say
from nanonets_sdk.cli.running.exit_codes import UsageProblem
from nanonets_sdk.cli.running.state import state_of

if TYPE_CHECKING:
    from nanonets_sdk.contract.probing.questions import Needs
    from nanonets_sdk.contract.proving.proofs import Announcement, Mode

LOCAL_KEY: Final = "contract-test"
"""The key for a service on this machine if there is no other; a mock takes any key unless it was given one."""


@frozen
class Permission:
    """What the options of a command allow.

    Attributes:
        read_only: `--read-only`.
        writes: `--allow-writes`.
        billing: `--allow-billing`.
        yes: `--yes`.
    """

    read_only: bool
    writes: bool
    billing: bool
    yes: bool


def target_of(context: typer.Context, base_url: str | None, *, needs_key: bool = True) -> tuple[str, str]:
    """Return base URL and API key of the service to test; "" for a key that is not needed and not there.

    Raises:
        ConfigurationError: The URL cannot be used, or would let the key leak.
        UsageProblem: No service is named, or there is no key for it.
    """
    from nanonets_sdk.transport.settings import checked_base_url

    given = base_url or state_of(context).base_url or os.environ.get("NANONETS_BASE_URL")
    if not given:
        raise UsageProblem("no service is named: pass --base-url URL or set NANONETS_BASE_URL")
    address = checked_base_url(given)
    key = os.environ.get("NANONETS_API_KEY", "").strip() or (LOCAL_KEY if is_loopback_url(address) else "")
    if not key and needs_key:
        raise UsageProblem("no API key: set NANONETS_API_KEY")
    return address, key


def checked_review_url(url: str | None) -> str | None:
    """Return the URL of the host of review links, if one was given.

    Raises:
        ConfigurationError: The URL cannot be used, or would let the key leak.
    """
    from nanonets_sdk.transport.settings import REVIEW_SERVICE, checked_base_url

    return checked_base_url(url, "review URL", REVIEW_SERVICE) if url else None


def mode_for(base_url: str, permission: Permission, only: tuple[str, ...], wait: float) -> Mode:
    """Return what a run may do; on this machine everything, elsewhere what the options allow and a person confirms.

    Raises:
        UsageProblem: The options contradict each other, an operation does not exist, or nobody confirmed.
    """
    from nanonets_sdk.contract.description.spec import check_operations
    from nanonets_sdk.contract.proving.proofs import Mode, announce

    try:
        check_operations(only)
    except LookupError as error:
        raise UsageProblem(str(error)) from error
    if permission.read_only and (permission.writes or permission.billing):
        raise UsageProblem("--read-only contradicts --allow-writes and --allow-billing")
    if permission.billing and not permission.writes and not is_loopback_url(base_url):
        raise UsageProblem("--allow-billing needs --allow-writes: a prediction stores a file")
    here = is_loopback_url(base_url)
    may_write = not permission.read_only and (here or permission.writes)
    mode = Mode(may_write=may_write, may_bill=may_write and (here or permission.billing), only=only, wait=wait)
    if here:
        return mode
    if not may_write:
        say("This run sends GET requests alone, two a second; --allow-writes and --allow-billing allow more.")
        return mode
    announced = announce(mode)
    say(_told(announced))
    confirm(permission, "Go on?")
    return mode


def needs_for(base_url: str, permission: Permission) -> frozenset[Needs]:
    """Return what a probe may do; on this machine everything, elsewhere what the options allow and a person confirms.

    Raises:
        UsageProblem: The options contradict each other, or nobody confirmed.
    """
    from nanonets_sdk.contract.probing.questions import QUESTIONS

    if permission.read_only and (permission.writes or permission.billing):
        raise UsageProblem("--read-only contradicts --allow-changes and --allow-billing")
    here = is_loopback_url(base_url) and not permission.read_only
    allowed: set[Needs] = {"reads"}
    if here or permission.writes:
        allowed.add("changes")
    if here or permission.billing:
        allowed.add("billing")
    counts = {need: sum(question.needs == need for question in QUESTIONS) for need in ("changes", "billing")}
    if not here and len(allowed) > 1:
        told = [f"{counts[need]} questions that need {need}" for need in ("changes", "billing") if need in allowed]
        say(f"This probe asks {' and '.join(told)}, each with one to six requests, on what it made itself.")
        confirm(permission, "Go on?")
    return frozenset(allowed)


def confirm(permission: Permission, question: str) -> None:
    """Ask on the terminal, unless `--yes` answers.

    Raises:
        UsageProblem: There is no terminal, or the answer is no.
    """
    if permission.yes:
        return
    if not sys.stdin.isatty():
        raise UsageProblem("nobody can confirm this without a terminal; pass --yes")
    if not typer.confirm(question, err=True):
        raise UsageProblem("not confirmed; nothing was sent")


def _told(announced: Announcement) -> str:
    return (
        f"This run makes at most {announced.models} models, which no operation deletes, sends at most "
        f"{announced.writes} requests that change something, and at most {announced.billed} that may be billed."
    )
