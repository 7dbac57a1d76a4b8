"""A service with one slow route, to see how it stops: python -m tests.service.slow.

Takes    a host, and a port if it is not to be a free one
Gives    / at once, /slow after a second and a half; its address on standard error
Touches  service.server          Never  a model
"""

import sys
import time

import click
from flask import Flask

from service.server import bind, serve

SLOW_SECONDS = 1.5


def main(host: str, port: str = "0") -> None:
    """Serve until told to stop."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "quick", endpoint="quick")
    app.add_url_rule("/slow", view_func=_slow, endpoint="slow")
    serve(
        app,
        bind(host, int(port)),
        host=host,
        threads=2,
        body_limit=1000,
        announce=lambda url: click.echo(f"Wenqu listens on {url} ", err=True),
    )
    click.echo("stopped", err=True)


def _slow() -> str:
    click.echo("slow begins ", err=True)
    time.sleep(SLOW_SECONDS)
    return "slow"


if __name__ == "__main__":
    main(*sys.argv[1:])
