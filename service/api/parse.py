"""Requests as they arrive: bodies checked strictly, each fault named with its field, its value and the remedy.

Takes    the current request
Gives    SearchRequest, NewDocument, the collection that is meant
Touches  orjson (refuses NaN, lone surrogates, endless nesting), pydantic in strict mode          Never  answers
"""

from typing import Annotated, Any, TypeVar

import orjson
from flask import request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from index.types import Mode
from service.collections import DEFAULT, collection_name
from service.errors import BadRequest

LONGEST_QUESTION = 2000
MOST_HITS = 100
_JSON_LIMIT = 1 << 20

Scalar = str | int | float | bool


def _speaking(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank; write at least one word")
    return _printable(text)


def _printable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character; remove it")
    return text


Question = Annotated[str, Field(max_length=LONGEST_QUESTION), AfterValidator(_speaking)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class SearchRequest(BaseModel):
    """What `search` and `ask` take."""

    model_config = ConfigDict(strict=True, extra="forbid")

    question: Question
    top_k: Annotated[int, Field(ge=1, le=MOST_HITS)] = 5
    mode: Mode = "hybrid"
    filters: Annotated[dict[Name, Scalar | list[Scalar]], Field(max_length=32)] | None = None
    collection: str | None = None


class NewDocument(BaseModel):
    """A document handed in as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    title: Annotated[str, Field(max_length=500), AfterValidator(_speaking)]
    text: Annotated[str, AfterValidator(_speaking)]
    metadata: Annotated[dict[Name, Scalar], Field(max_length=64)] = {}


class UploadFields(BaseModel):
    """What may come with a file."""

    model_config = ConfigDict(strict=True, extra="forbid")

    title: Annotated[str, Field(max_length=500), AfterValidator(_speaking)] | None = None
    metadata: Annotated[dict[Name, Scalar], Field(max_length=64)] = {}


def chosen_collection(in_body: str | None = None) -> str:
    """Return the collection that the request means: by its body, by `?collection=`, or the default one.

    :raises BadRequest: if it is no name, or if two are named.
    """
    written = [*request.args.getlist("collection"), *([in_body] if in_body is not None else [])]
    names = list(dict.fromkeys(collection_name(each) for each in written))
    if len(names) > 1:
        raise BadRequest(
            f"collection is named twice, {names[0]!r} and {names[1]!r}; name one",
            code="invalid_value",
            field="collection",
        )
    return names[0] if names else DEFAULT


Model = TypeVar("Model", bound=BaseModel)


def body_as(model: type[Model], *, limited: bool = True) -> Model:
    """Return the request's JSON body as a checked value; `limited` bodies may have at most one megabyte.

    :raises BadRequest: naming the field, the value and the remedy.
    """
    if request.mimetype != "application/json":
        raise BadRequest(
            f"content type is {request.mimetype or 'missing'!r}; send application/json",
            status=415,
            code="unsupported_media_type",
        )
    if limited:
        request.max_content_length = _JSON_LIMIT
    return checked(model, parsed(request.get_data(cache=False)))


def parsed(data: bytes, field: str = "") -> Any:
    """Return the JSON value of the bytes; `field` names them if they are not the whole body.

    :raises BadRequest: if they are not JSON in UTF-8.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(
            f"{field or 'the body'} is not valid JSON: {error}; send JSON in UTF-8",
            status=400,
            code="invalid_json",
            field=field,
        ) from error


def checked(model: type[Model], value: Any) -> Model:
    """Return the value as the model.

    :raises BadRequest: for the first fault.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _fault(model, error.errors(include_url=False)[0]) from error


def _fault(model: type[BaseModel], fault: ErrorDetails) -> BadRequest:
    place = [str(part) for part in fault["loc"]]
    field = "/".join(place)
    match fault["type"]:
        case "missing":
            return BadRequest(f"{field} is missing; it is required", code="missing_field", field=field)
        case "extra_forbidden":
            known = ", ".join(model.model_fields)
            return BadRequest(f"{field} is not known here; known are {known}", code="unknown_field", field=field)
        case "model_type":
            return BadRequest(f"the body is {_shown(fault['input'])}; send a JSON object", code="invalid_type")
        case kind:
            code = "out_of_range" if kind.startswith(("greater", "less", "string_too")) else "invalid_value"
            wanted = fault["msg"].removeprefix("Value error, ")
            # Pydantic names the branches of a union after the field; people only know the field.
            name = "/".join(place[:1]) if field.startswith(("filters", "metadata")) else field
            return BadRequest(f"{name} is {_shown(fault['input'])}: {_sentence(wanted)}", code=code, field=name)


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) > 60:
        return f"text of {len(value):,} characters"
    if isinstance(value, dict | list) and len(value) > 8:
        return f"{type(value).__name__} of {len(value):,} entries"
    return repr(value) if not isinstance(value, bool | None) else {True: "true", False: "false", None: "null"}[value]


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]
