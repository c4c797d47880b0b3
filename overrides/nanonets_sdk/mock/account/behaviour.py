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
EarlyReview = Literal["refuse", "accept"]
RepeatedReview = Literal["accept", "refuse"]
ReviewedBoxes = Literal["keep", "forget"]
BoxesBeforeReview = Literal["empty", "null"]
DeletedFiles = Literal["gone", "marked"]
UnknownFiles = Literal["refuse", "ignore"]
PageOfAnotherDay = Literal["refuse", "accept"]
Assignment = Literal["add", "replace"]
TextKey = Literal["results", "result"]
FailingTextUrl = Literal["left out", "empty", "refuse"]
TextPageSize = Literal["empty", "given"]
ReviewCallbacks = Literal["each page", "first page"]


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
    undocumented_reply: Any = field(factory=dict[str, Any])
    """JSON body of the replies that no source shows: of approvals, deletions, corrections, retries, assignments."""
    early_review: EarlyReview = field(default="refuse", validator=in_(get_args(EarlyReview)))
    """What happens to an approval or a correction of a file that is still pending; refused with 400, or done."""
    repeated_review: RepeatedReview = field(default="accept", validator=in_(get_args(RepeatedReview)))
    """What happens to an approval of an approved file, and to a withdrawal where there is no approval."""
    boxes_before_review: BoxesBeforeReview = field(default="empty", validator=in_(get_args(BoxesBeforeReview)))
    """`moderated_boxes` of a page that nobody has touched: an empty list, or null; both were seen."""
    boxes_after_withdrawal: ReviewedBoxes = field(default="keep", validator=in_(get_args(ReviewedBoxes)))
    """What becomes of the moderated boxes when an approval is withdrawn."""
    review_after_retry: ReviewedBoxes = field(default="keep", validator=in_(get_args(ReviewedBoxes)))
    """What becomes of approval and moderated boxes when a file is predicted again."""
    retries_are_billed: bool = True
    """Whether predicting a file again counts as a prediction call."""
    export_status: str = "success"
    """`export_status` of a file whose exports were repeated, if no webhook is configured."""
    deleted_files: DeletedFiles = field(default="gone", validator=in_(get_args(DeletedFiles)))
    """What reading a deleted file gives: 404, or the file with `is_deleted`."""
    unknown_files: UnknownFiles = field(default="refuse", validator=in_(get_args(UnknownFiles)))
    """What an unknown id in a list of files does: 404 for the whole call, or nothing."""
    page_of_another_day: PageOfAnotherDay = field(default="refuse", validator=in_(get_args(PageOfAnotherDay)))
    """What happens to a correction whose day and hour are not those of its page: 404, or it is done."""
    assignment: Assignment = field(default="add", validator=in_(get_args(Assignment)))
    """Whether a file has one reviewer more after an assignment, or another one."""
    review_callbacks: ReviewCallbacks = field(default="each page", validator=in_(get_args(ReviewCallbacks)))
    """Whether the callback of a review link gets each page of a file, or only the first."""
    expired_link_status: int = field(default=403, validator=STATUS)
    """HTTP status of the page for review after its link has expired."""
    text_key: TextKey = field(default="results", validator=in_(get_args(TextKey)))
    """Key of the files in a full text; `results` was seen, the newest description says `result`."""
    failing_text_url: FailingTextUrl = field(default="left out", validator=in_(get_args(FailingTextUrl)))
    """What a URL that fails beside a good file gives: no entry, an entry without pages, or 400 for the whole call."""
    text_page_size: TextPageSize = field(default="empty", validator=in_(get_args(TextPageSize)))
    """`size` of a page of a full text; it was seen empty."""
    text_is_billed: bool = True
    """Whether a full text counts as a prediction call; sources disagree."""
    multi_label_type: str = "multilabel_classification"
    """`model_type` of multi-label models."""
