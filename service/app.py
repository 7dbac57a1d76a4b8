"""Where parts are put together: settings → store, embedder, arms → searcher, writer, answerer → web application.

Takes    Settings
Gives    Assembly: the ready parts; create_app: the Flask application over them
Touches  every room below          Never  decides anything else
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from index.caches import Caches, cache_folder
from index.embedder import SentenceEmbedder
from index.fusion import FusionWeights
from index.searcher import Searcher
from index.store import Store
from index.terms import Segmenter
from index.types import Embedder
from index.writer import Writer, fingerprints_of
from service.answering import Answerer
from service.answering.confidence import ConfidenceWeights
from service.api import guard, problem
from service.api.health import health
from service.api.native import Parts, native
from service.settings import Settings
from service.web.pages import create_pages

DATABASE = "wenqu.db"


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the home's database, and close it in the end."""
    store = Store(settings.home / DATABASE)
    try:
        yield store
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Tools:
    """What turns text into vectors and terms."""

    embedder: Embedder
    segmenter: Segmenter

    @classmethod
    def of(cls, settings: Settings) -> "Tools":
        """Make them as the settings say; the model itself is loaded when first needed."""
        embedder = SentenceEmbedder(
            settings.model, allow_download=settings.model_download, threads=settings.model_threads
        )
        return cls(embedder, Segmenter(settings.user_dictionary))


def assemble(settings: Settings, store: Store, tools: Tools) -> Parts:
    """Return the parts over a store, its caches built.

    :raises ModelMismatch: if the store was filled with another model, dictionary or splitter.
    """
    fingerprints = fingerprints_of(tools.embedder, tools.segmenter)
    store.require(fingerprints)
    caches = Caches(store, tools.embedder.dimension, fingerprints, cache_folder(store.path))
    searcher = Searcher(
        store=store,
        caches=caches,
        embedder=tools.embedder,
        segmenter=tools.segmenter,
        weights=FusionWeights.load(),
    )
    answerer = Answerer(
        store=store,
        searcher=searcher,
        segmenter=tools.segmenter,
        weights=ConfidenceWeights.load(),
        refuse_below=settings.refuse_below,
    )
    writer = make_writer(settings, store, tools, caches)
    return Parts(store, searcher, writer, answerer, settings.public_url)


def make_writer(settings: Settings, store: Store, tools: Tools, caches: Caches | None = None) -> Writer:
    """Return a writer; without caches for a process that only writes."""
    return Writer(
        store=store,
        embedder=tools.embedder,
        segmenter=tools.segmenter,
        passage_target=settings.passage_characters,
        publish=caches.current if caches else lambda: None,
    )


def create_app(settings: Settings, parts: Parts) -> Flask:
    """Return the web application over ready parts."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = 500_000
    app.config["MAX_FORM_PARTS"] = 16
    guard.install(app, (settings.host, *settings.trusted_hosts))
    problem.install(app)
    app.register_blueprint(native(parts))
    app.register_blueprint(health(parts.store, parts.searcher))
    app.register_blueprint(create_pages())
    return app
