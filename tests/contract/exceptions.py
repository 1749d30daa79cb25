"""Failures of schemathesis that this contract allows, each as narrow as can be."""

import json
import re
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import AllowHeaderMismatch, RejectedPositiveData, UnsupportedMethodResponse

# 400 for what JSON Schema cannot say or the document does not: (field, message) and why
BEYOND_THE_DOCUMENT = {
    (r".*", r"must not contain (a NUL character|lone surrogates)"): "no database takes them",
    (r".*", r"must not be blank"): "a name of spaces is none",
    (r"cursor|after", r"unknown cursor.*|is no id of an event.*"): "opaque and signed",
    (r"start_date|end_date", r"is required with .*|must not be before .*|is too late"): "two fields at once",
    (r"expires_at", r"must be in the future"): "what is valid changes with time",
    (r"url", r".+"): "where a message may go is more than a form of text",
    (r"file_name", r"must be .*"): "a name without folders",
    (r"(overrides\.)?base_model", r"unknown base model.*"): "the catalogue is an endpoint of its own",
    (r"((overrides\.)?hyperparameters\.)?max_seq_length", r".* takes at most .*"): "depends on the model",
    (r"files", r"unknown: .*"): "depends on the model",
    (r"actions\..*", r"is unknown; .*|.*cannot be mended.*"): "finding codes are data",
    (
        r"(overrides\.)?max_cost_usd|monthly_usd",
        r".*decimal.*|should be (gr|l)e.*",
    ): "text too, of two places",
    (r"(overrides\.)?metadata", r"values are strings; .*"): "two keys at once",
}
# fixed paths that another operation's template covers too: the word is then an id, and no UUID
WORDS = {"/api/datasets/sample", "/api/jobs/estimate", "/api/jobs/compare", "/api/notifications/read-all"}


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether a failure is one."""
    match failure:
        case RejectedPositiveData():
            return not all(_is_excused(field, message, case) for field, message in _refusals(response))
        case AcceptedNegativeData():
            return not (_has_blank_value(case) or _has_null_for_no_body(case))
        case UnsupportedMethodResponse() | AllowHeaderMismatch():
            return case.path not in WORDS
    return True


def _refusals(response: Any) -> Iterator[tuple[str, str]]:
    details = json.loads(response.content)["details"]
    for field, messages in details.items() if isinstance(details, dict) else [("", details)]:
        for message in messages if isinstance(messages, list) else [messages]:
            yield field, message


def _is_excused(field: str, message: str, case: Any) -> bool:
    if message == "should be a valid integer":  # 3.0 is an integer to JSON Schema, and a number here
        return b".0" in _body(case)
    return any(
        re.fullmatch(where, field, re.DOTALL) and re.fullmatch(what, message, re.DOTALL)
        for where, what in BEYOND_THE_DOCUMENT
    )


def _has_blank_value(case: Any) -> bool:
    """An empty value counts as absent."""
    return "" in (case.query or {}).values()


def _has_null_for_no_body(case: Any) -> bool:
    """Where a body may be left out, null counts as left out: some clients must send one."""
    return case.body is None and not case.operation.body[0].is_required


def _body(case: Any) -> bytes:
    return json.dumps(case.body).encode()
