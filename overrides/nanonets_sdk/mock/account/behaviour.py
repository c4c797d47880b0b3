"""Switches for what is not known of the service, each with a default."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from attrs import field, frozen
from attrs.validators import in_

from nanonets_sdk.mock.coerce import AT_LEAST_0, NONE_OR_AT_LEAST_0, STATUS

PendingFile = Literal["pages", "empty", "message"]
NotReadyStatus = Literal[409, 400]
PartialStatus = Literal[202, 206]
ErrorMessage = Literal["envelope", "message"]
UnknownParameters = Literal["ignore", "refuse"]


@frozen
class Behaviour:
    """Switches for what is not known of the service, and for limits that depend on the plan.

    Raises:
        ValueError: A switch does not have this value.

    Examples:
        >>> Behaviour(not_ready_status=400).not_ready_status
        400
    """

    pending_page_status: int = field(default=200, validator=STATUS)
    """HTTP status of a read of a pending page."""
    pending_file: PendingFile = field(default="pages", validator=in_(get_args(PendingFile)))
    """What a read of a pending file returns: pages with the status `pending`, empty lists, or the message."""
    not_ready_status: NotReadyStatus = field(default=409, validator=in_(get_args(NotReadyStatus)))
    """HTTP status for training a model that is not ready; 409 was seen, the published description says 400."""
    partial_status: PartialStatus = field(default=202, validator=in_(get_args(PartialStatus)))
    """HTTP status when some URLs failed; 202 in the published description, 206 in newer documentation."""
    nested_async: bool = False
    """Whether a submission nests the pages of a file one level deeper, as the published example does."""
    error_bodies: Mapping[int, Any] = field(factory=dict[int, Any])
    """JSON bodies by HTTP status, in place of the envelope, which was seen for 409 alone."""
    error_message: ErrorMessage = field(default="envelope", validator=in_(get_args(ErrorMessage)))
    """Whether an error carries the whole envelope or its `message` alone."""
    first_page_to_process: int = 1
    """Number of the first page in `pages_to_process`."""
    unknown_parameters: UnknownParameters = field(default="ignore", validator=in_(get_args(UnknownParameters)))
    """What happens to query parameters that the description does not have."""
    pages_per_minute: int | None = field(default=None, validator=NONE_OR_AT_LEAST_0)
    """Pages that one model predicts in a window of one minute before it answers 429; None for no limit.

    The service's plans allow 2, 5, 20, 75 or 150.
    """
    free_calls: int | None = field(default=None, validator=NONE_OR_AT_LEAST_0)
    """Prediction calls before the service answers 402; None for no limit."""
    max_body_bytes: int = field(default=50 * 2**20, validator=AT_LEAST_0)
    """Size in bytes above which a request is refused with 413; the service publishes no limit."""
