"""A JSON answer, made in one place.

Takes    a value, a status
Gives    Response
Touches  flask, orjson          Never  failures: problem.py tells those
"""

from typing import Any

import orjson
from flask import Response


def reply(shape: dict[str, Any], status: int = 200) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(shape), status=status, content_type="application/json")
