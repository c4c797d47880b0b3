"""Pages as replies show them."""

from nanonets_sdk.mock.account.account import Account
from nanonets_sdk.mock.replies.image import PageView
from nanonets_sdk.mock.state.records import Model, PageRecord, PageText, RequestFile, text_key


def page_view(account: Account, model: Model, file: RequestFile, page: PageRecord) -> PageView:
    """Return everything that a reply says about a page at this moment."""
    key = text_key(file.sha256, page.number)
    return PageView(
        file=file,
        page=page,
        text=account.store.texts.get(key) or PageText(key),
        stage=file.work.stage(account.clock.now(), page.number),
        label_count=len(model.categories),
        boxes_before_review=account.behaviour.boxes_before_review,
    )
