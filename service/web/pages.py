"""Static shells: the page, the reader view, and what stands where there is neither; headers that stop foreign scripts.

Takes    nothing: all content comes later, fetched by the scripts from the API
Gives    create_pages: a blueprint with `/`, `/d/<document_id>` and `/static/…`; show_missing
Touches  flask          Never  documents, the index, answers

The host application must leave `/static/` free: `Flask(__name__, static_folder=None)`.
"""

import mimetypes

from flask import Blueprint, Response, render_template

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_pages() -> Blueprint:
    """Make the blueprint of the page, the reader view and their static files."""
    # Some Windows registries call .js text/plain; together with nosniff that would be a blank page.
    mimetypes.add_type("text/javascript", ".js")
    pages = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    pages.add_url_rule("/", "ask", show_page)
    pages.add_url_rule("/d/<document_id>", "reader", show_reader)
    pages.after_request(add_security_headers)
    return pages


def show_page() -> str:
    """Show the question box; the script does the rest."""
    return render_template("page.html")


def show_reader(document_id: str) -> str:
    """Show the shell of the reader view; the script reads the id from the address and says so if it is unknown."""
    return render_template("reader.html")


def show_missing() -> Response:
    """Tell a person that there is nothing at this address, in the way of a page."""
    return add_security_headers(Response(render_template("missing.html"), status=404))


def add_security_headers(response: Response) -> Response:
    """Set the page's security headers on every response of this blueprint, static files included."""
    response.headers.update(SECURITY_HEADERS)
    return response
