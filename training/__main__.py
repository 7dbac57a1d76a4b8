"""All stages in order: `python -m training` makes index/model from nothing, and resumes where it stopped.

Takes    the data folder (WENQU_TRAINING_DATA), the base model from its package
Gives    training/work/<stage>/ for each stage, then index/model
Touches  every stage          Never  evaluation sets

A stage runs again when its plan, or that of a stage before it, differs from the one its folder records.
"""

import argparse
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training import contrast, distil, export, initialise, quantise
from training.settings import Settings

logger = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way: its folder, its numbers, and what makes it from the folder before."""

    name: str
    plan: dict[str, Any]
    make: Callable[[Path, Path], None]


def main() -> None:
    """Run every stage that is not there yet."""
    parser = argparse.ArgumentParser(description="Make the bundled sentence model.")
    parser.add_argument("--output", type=Path, default=Path("index/model"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = Settings()
    settings.work.mkdir(parents=True, exist_ok=True)
    source, history = Path(), []
    for stage in stages(settings):
        history.append({"stage": stage.name, **stage.plan})
        folder = settings.work / stage.name
        if not is_done(folder, history):
            logger.info("stage %s begins", stage.name)
            stage.make(source, folder)
            (folder / "plan.json").write_text(json.dumps(history, indent=2) + "\n", encoding="utf-8")
        logger.info("stage %s is in %s", stage.name, folder)
        source = folder
    export.publish(source, arguments.output, settings.window)
    quantise.quantise(arguments.output, list(quantise.shown_texts(settings)))


def stages(settings: Settings) -> list[Stage]:
    """Return the stages with the plans of the bundled model."""
    distillation = distil.Plan()
    shape = {"words": settings.chinese_words, "longest": settings.longest_word, "seed": settings.seed}
    return [
        Stage("initialised", shape, lambda _, folder: initialise.run(settings, folder)),
        Stage(
            "distilled", asdict(distillation), lambda source, folder: distil.run(settings, source, folder, distillation)
        ),
        *(Stage(f"contrast{plan.round}", asdict(plan), contrasting(settings, plan)) for plan in contrast.ROUNDS),
    ]


def contrasting(settings: Settings, plan: contrast.Plan) -> Callable[[Path, Path], None]:
    """Return what makes a round of contrastive training."""
    return lambda source, folder: contrast.run(settings, source, folder, plan)


def is_done(folder: Path, history: list[dict[str, Any]]) -> bool:
    """Say whether `folder` was made by exactly this history of plans."""
    record = folder / "plan.json"
    return record.exists() and json.loads(record.read_text(encoding="utf-8")) == history


if __name__ == "__main__":
    main()
