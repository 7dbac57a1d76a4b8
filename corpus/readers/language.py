"""The language of a text by its script: good enough to contradict a file that names its author's keyboard.

Takes    text, what the file says of its language
Gives    a language tag, or nothing where scripts do not tell          Never  a model
"""

import re
from collections import Counter

_SAMPLE = 20_000
_SCRIPTS = re.compile(
    r"(?P<ja>[\u3041-\u30ff])|(?P<ko>[\uac00-\ud7af])|(?P<zh>[\u3400-\u4dbf\u4e00-\u9fff])|(?P<ru>[\u0400-\u04ff])"
    r"|(?P<ar>[\u0600-\u06ff])|(?P<latin>[A-Za-z\u00c0-\u024f]+)"
)
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|is|for|that|with)\b", re.IGNORECASE)
# Kana are a third of Japanese; names and quotations bring a few into Chinese.
_LEAST_KANA = 0.1
_LEAST_ENGLISH = 0.1


def language_of(text: str, said: str = "") -> str:
    """Return what the file says, if the script does not contradict it, else what the script says.

    >>> language_of("成都至资阳", "en-US"), language_of("成都", "zh-TW"), language_of("これは東京の駅です")
    ('zh', 'zh-TW', 'ja')
    >>> language_of("The end of the line is in the city."), language_of("Ligne de train", "fr"), language_of("1234")
    ('en', 'fr', '')
    """
    sample = text[:_SAMPLE]
    counts = Counter(found.lastgroup for found in _SCRIPTS.finditer(sample))
    if not counts:
        return said
    if counts["ja"] > _LEAST_KANA * (counts["ja"] + counts["zh"]):
        seen = "ja"
    else:
        seen = max((script for script in counts if script is not None), key=lambda script: counts[script])
    if seen == "latin":
        english = len(_ENGLISH.findall(sample)) > _LEAST_ENGLISH * counts["latin"]
        primary = said.partition("-")[0].lower()
        return said if primary and primary not in ("zh", "ja", "ko", "ru", "ar") else "en" if english else ""
    return said if said.lower().startswith(seen) else seen
