"""serve: the API and the page on a socket.

Takes    host and port
Gives    a service that stops gracefully
Touches  click, logging          Never  routes
"""

import logging
import sys
from dataclasses import replace

import click

from service.app import Tools, create_app, open_service
from service.collections import DEFAULT
from service.commands.terminal import only_home_option, told
from service.ingest import ingest_sample
from service.server import bind
from service.server import serve as serve_app
from service.settings import Settings

# waitress refuses larger bodies unread; Flask refuses those between with the exact limit.
_MARGIN = 1_000_000


@click.command()
@click.option("--host", help="Address to listen on instead of WENQU_HOST.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on instead of WENQU_PORT; 0 takes a free one."
)
@only_home_option
@click.pass_obj
@told
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the page and the API until Ctrl-C or SIGTERM."""
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if settings.collection != DEFAULT:
        raise click.UsageError("serve serves every collection; leave out --collection")
    with bind(settings.host, settings.port) as bound, open_service(settings, Tools.of(settings)) as service:
        click.echo("loading the model …", err=True)
        with service.collections.use(DEFAULT) as parts:
            if settings.sample and not parts.store.sequence():
                for document in ingest_sample(parts.writer):
                    click.echo(f"indexed {document.title}: {document.passages} passages", err=True)
            parts.searcher.search("预热 warm up", 1)
        serve_app(
            create_app(settings, service),
            bound,
            host=settings.host,
            threads=settings.threads,
            body_limit=settings.max_upload_mb * 1_000_000 + _MARGIN,
            announce=lambda url: click.echo(f"Wenqu listens on {url}   (Ctrl-C stops it)", err=True),
        )
    click.echo("stopped", err=True)
