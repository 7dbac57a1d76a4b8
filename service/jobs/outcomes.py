"""What a job tells of a file: its documents, and of a file of several what became of each.

Takes    Outcome values, exceptions
Gives    the members of a JobFile that change; a failure as code and message          Never  threads, files
"""

from collections.abc import Sequence
from typing import Any

from service.errors import verdict_on
from service.jobs.types import FileState, Outcome


def told(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return state, documents, what became of each, and the error of a file of which these came."""
    documents = {each.document["id"]: each.document for each in outcomes if each.document is not None}
    several = any(each.inner for each in outcomes)
    return {
        "state": _state(documents=bool(documents), new=any(each.new for each in outcomes)),
        "documents": tuple(documents.values()),
        "inner": tuple(_shape(each) for each in outcomes) if several else (),
        "error": _error(outcomes),
    }


def fault(error: Exception) -> dict[str, str]:
    """Return how a failure is told in a job: a stable code, and a sentence."""
    verdict = verdict_on(error)
    code = verdict.code if verdict else getattr(error, "code", "unreadable_document")
    return {"code": code, "message": str(error)}


def _state(*, documents: bool, new: bool) -> FileState:
    return "failed" if not documents else "added" if new else "unchanged"


def _shape(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.inner,
        "state": _state(documents=outcome.document is not None, new=outcome.new),
        "document": outcome.document["id"] if outcome.document else None,
        "error": fault(outcome.error) if outcome.error else None,
    }


def _error(outcomes: Sequence[Outcome]) -> dict[str, str] | None:
    failed = [each for each in outcomes if each.error is not None]
    if not failed:
        return None
    first = f"the first: {failed[0].error}"
    return {
        "code": "partly_unreadable" if len(failed) < len(outcomes) else "unreadable_document",
        "message": f"{len(failed)} of {len(outcomes)} documents in it cannot be read; {first}",
    }
