"""What a question costs while a large document is taken in: python -m benchmarks.meanwhile.

Takes    the sample article; a made-up document that takes longer than the measuring
Gives    medians and 95th percentiles in milliseconds: idle, beside work that steps aside, beside work that does not
Touches  the bundled model          Never  a home of yours: it works in a temporary one

All three are measured in the same process, one after the other, by one client that waits a moment after each answer.
"""

import io
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter, sleep

from service.app import Service, Tools, open_service
from service.collections import DEFAULT
from service.ingest import ingest_sample
from service.jobs import Sent
from service.settings import Settings

QUESTIONS = 40
PAUSE_SECONDS = 0.05
NUMBERS = count()


def main() -> None:
    """Measure, and print a line for each."""
    print(f"{'':<34} {'p50 ms':>8} {'p95 ms':>8}")
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.read({}, home=home)
        with open_service(settings, Tools.of(settings)) as service:
            with service.collections.use(DEFAULT) as parts:
                ingest_sample(parts.writer)
            asked(service, 5)
            show("nothing else", asked(service, QUESTIONS))
            with work_under_way(service, stepping_aside=True):
                show("work that steps aside", asked(service, QUESTIONS))
            with work_under_way(service, stepping_aside=False):
                show("work that does not", asked(service, QUESTIONS))
            show("nothing else, again", asked(service, QUESTIONS))


def asked(service: Service, questions: int) -> list[float]:
    """Ask as the API does, each question new to the embedder, and return the milliseconds."""
    taken = []
    for _ in range(questions):
        question = f"成都都市圈第{next(NUMBERS)}次如何推进通勤？"
        begin = perf_counter()
        with service.collections.use(DEFAULT) as parts, service.courtesy.question():
            parts.answerer.ask(question)
        taken.append((perf_counter() - begin) * 1000)
        sleep(PAUSE_SECONDS)
    return taken


@contextmanager
def work_under_way(service: Service, *, stepping_aside: bool) -> Iterator[None]:
    """Have a large document be embedded for the length of the block; it is cancelled at its end."""
    give_way = type(service.courtesy).give_way
    if not stepping_aside:
        type(service.courtesy).give_way = lambda self: None  # type: ignore[method-assign]
    text = "".join(f"第{next(NUMBERS)}条：云梦桥第{n}号桥墩由县人民政府养护，每年检查两次。\n" for n in range(2000))
    job = service.jobs.submit("other", [(Sent("长", "长", {}, written=True), io.BytesIO(text.encode()))])
    while not service.jobs.find(job.id).files[0].progress:
        sleep(0.05)
    try:
        yield
    finally:
        share = service.jobs.find(job.id).files[0].progress
        assert share < 1.0, "the document was done before the measuring: make it longer"
        service.jobs.cancel(job.id)
        type(service.courtesy).give_way = give_way  # type: ignore[method-assign]


def show(name: str, taken: list[float]) -> None:
    """Print a line."""
    print(f"{name:<34} {statistics.median(taken):>8.1f} {statistics.quantiles(taken, n=20)[18]:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
