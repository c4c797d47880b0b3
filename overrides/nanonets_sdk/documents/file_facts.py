"""What the service says about a file as a whole. Replies repeat it on each of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from nanonets_sdk.documents.signed_urls import SignedUrls

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nanonets_sdk.documents.page import Page

T = TypeVar("T")


class _HasPages(Protocol):
    @property
    def pages(self) -> tuple[Page, ...]: ...


class FileFacts:
    """The members of a page that are about its file, each from the first page that has it."""

    __slots__ = ()

    @property
    def model_id(self: _HasPages) -> str:
        """The model that read the file; empty in replies of prediction calls."""
        return _first(self, lambda page: page.model_id, "")

    @property
    def request_metadata(self: _HasPages) -> str:
        """The metadata sent with the file."""
        return _first(self, lambda page: page.request_metadata, "")

    @property
    def processing_type(self: _HasPages) -> str:
        """`async` or `sync`; also empty if the file was read by a synchronous call."""
        return _first(self, lambda page: page.processing_type, "")

    @property
    def uploaded_by(self: _HasPages) -> str:
        """Who uploaded the file, an email address; empty if unknown."""
        return _first(self, lambda page: page.uploaded_by, "")

    @property
    def upload_channel(self: _HasPages) -> str:
        """How the file was uploaded, for example `ui` or `api`; empty if unknown."""
        return _first(self, lambda page: page.upload_channel, "")

    @property
    def file_path(self: _HasPages) -> str:
        """The path of the file in the service's storage; empty if there is none."""
        return _first(self, lambda page: page.file_path, "")

    @property
    def file_url(self: _HasPages) -> str:
        """URL of the file as it was sent, see `Page.file_url`; empty if there is none."""
        return _first(self, lambda page: page.file_url, "")

    @property
    def file_urls(self: _HasPages) -> SignedUrls:
        """The signed URLs of the file as it was sent; few replies have them."""
        return _first(self, lambda page: page.file_urls, SignedUrls())

    @property
    def is_duplicate(self: _HasPages) -> bool:
        """Whether the service has seen the same file before."""
        return _first(self, lambda page: page.is_duplicate, False)

    @property
    def is_deleted(self: _HasPages) -> bool:
        """Whether the file was deleted."""
        return _first(self, lambda page: page.is_deleted, False)

    @property
    def assigned_member(self: _HasPages) -> str:
        """The member of the team that the file was assigned to, an email address; empty if there is none."""
        return _first(self, lambda page: page.assigned_member, "")

    @property
    def assigned_members(self: _HasPages) -> tuple[str, ...]:
        """Everyone that the file was assigned to."""
        return _first(self, lambda page: page.assigned_members, ())

    @property
    def approval_status(self: _HasPages) -> str:
        """`approved`, `rejected` or empty."""
        return _first(self, lambda page: page.approval_status, "")

    @property
    def current_stage_id(self: _HasPages) -> str:
        """The id of the review stage that the file is in; empty if there is none."""
        return _first(self, lambda page: page.current_stage_id, "")

    @property
    def is_approved_stage(self: _HasPages) -> bool:
        """Whether every page of the file is in the stage of approved files."""
        return bool(self.pages) and all(page.is_approved_stage for page in self.pages)

    @property
    def verified_by(self: _HasPages) -> str:
        """Who approved the file; empty if nobody did."""
        return _first(self, lambda page: page.verified_by, "")

    @property
    def verified_at(self: _HasPages) -> datetime | None:
        """When the file was approved or unapproved; None if unknown."""
        return _first(self, lambda page: page.verified_at, None)

    @property
    def export_status(self: _HasPages) -> str:
        """`success` or `failed`; empty if the file was not exported."""
        return _first(self, lambda page: page.export_status, "")

    @property
    def exported_at(self: _HasPages) -> datetime | None:
        """When the export of the file began; None if unknown."""
        return _first(self, lambda page: page.exported_at, None)

    @property
    def updated_at(self: _HasPages) -> datetime | None:
        """When a page last changed; None if unknown."""
        return max((page.updated_at for page in self.pages if page.updated_at), default=None)


def _first(document: _HasPages, read: Callable[[Page], T], default: T) -> T:
    return next((value for page in document.pages if (value := read(page))), default)
