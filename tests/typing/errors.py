"""The types of errors, as users' type checkers see them. Checked, never run."""

from collections.abc import Callable, Mapping
from typing import assert_type

from nanonets_sdk import (
    ApiError,
    ApiResponse,
    AsyncJob,
    Classification,
    DecodeError,
    Document,
    ErrorDetail,
    Job,
    JobFailed,
    Model,
    NanonetsError,
    RateLimited,
    ReadAsError,
    ReadProblem,
    ServerError,
    WaitTimeout,
)


def catching(work: Callable[[], None]) -> None:
    try:
        work()
    except RateLimited as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.status_code, int)
    except ServerError as error:
        assert_type(error.response.body, bytes)
    except ApiError as error:
        assert_type(error.reason, str)
        assert_type(error.errors, tuple[ErrorDetail, ...])
        assert_type(error.response, ApiResponse)
        assert_type(error.response.headers, Mapping[str, str])
    except DecodeError as error:
        assert_type(error.raw, bytes)
    except JobFailed as error:
        assert_type(error.document, Document | None)
        assert_type(error.classification, Classification | None)
        assert_type(error.model, Model | None)
    except WaitTimeout as error:
        assert_type(error.job, Job | AsyncJob | None)
        assert_type(error.model, Model | None)
    except ReadAsError as error:
        assert_type(error.problems, tuple[ReadProblem, ...])
        assert_type(error.report(), str)
    except NanonetsError as error:
        assert_type(str(error), str)


def details(it: ErrorDetail) -> None:
    assert_type((it.reason, it.message), tuple[str, str])
