"""Where parts are put together: settings → store, embedder, arms → searcher, writer, answerer → web application.

Takes    Settings
Gives    the ready parts of one collection, all collections, create_app: the Flask application over them
Touches  every room below          Never  decides anything else
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
from service.api import access, guard, problem
from service.api.documents import documents
from service.api.health import health
from service.api.jobs import jobs_api
from service.api.native import native
from service.collections import Collections, Parts, database_of, require_collection
from service.courtesy import Courtesy
from service.jobs import Jobs
from service.settings import Settings
from service.uploads import Uploads
from service.web.pages import create_pages, show_missing

# Where the home keeps what is remembered of jobs.
JOBS = "jobs"


@contextmanager
def open_store(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """Open the database of the settings' collection, and close it in the end.

    :raises UnknownCollection: if there is none of this name, and it is not to be made.
    """
    find = database_of if create else require_collection
    store = Store(find(settings.home, settings.collection))
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
    return Parts(store, searcher, writer, answerer)


@dataclass(frozen=True, slots=True)
class Service:
    """What the web application is made over."""

    collections: Collections
    jobs: Jobs
    courtesy: Courtesy

    @classmethod
    def over(cls, collections: Collections) -> "Service":
        """Put the parts together over the collections of a home."""
        courtesy = Courtesy()
        jobs = Jobs(collections.home / JOBS, Uploads(collections, courtesy))
        return cls(collections, jobs, courtesy)


@contextmanager
def open_service(settings: Settings, tools: Tools) -> Iterator[Service]:
    """Give the collections of the home, which share one model and one segmenter, and the jobs; end them in the end."""

    def parts_over(database: Path) -> Parts:
        store = Store(database)
        try:
            return assemble(settings, store, tools)
        except BaseException:
            store.close()
            raise

    collections = Collections(settings.home, parts_over)
    service = Service.over(collections)
    try:
        yield service
    finally:
        service.jobs.close()
        collections.close()


def make_writer(settings: Settings, store: Store, tools: Tools, caches: Caches | None = None) -> Writer:
    """Return a writer; without caches for a process that only writes."""
    return Writer(
        store=store,
        embedder=tools.embedder,
        segmenter=tools.segmenter,
        passage_target=settings.passage_characters,
        publish=caches.current if caches else lambda: None,
    )


def create_app(settings: Settings, service: Service) -> Flask:
    """Return the web application over a service."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_mb * 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = 500_000
    app.config["MAX_FORM_PARTS"] = 102
    access.install(app, log_questions=settings.log_questions)
    guard.install(app, (settings.host, *settings.trusted_hosts))
    problem.install(app, show_missing)
    collections, jobs, url = service.collections, service.jobs, settings.public_url
    app.register_blueprint(native(collections, jobs, service.courtesy, url))
    app.register_blueprint(documents(collections, jobs, url))
    app.register_blueprint(jobs_api(jobs))
    app.register_blueprint(health(collections))
    app.register_blueprint(create_pages())
    return app
