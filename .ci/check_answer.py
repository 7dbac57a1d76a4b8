"""One answer of the sample corpus, checked as a reader would: the right sentence, cited exactly.

Takes    the path of the JSON that `POST /api/v1/ask` gave
Gives    the answer on standard output, or a failure that names what is wrong          Never  Wenqu's own code
"""

import json
import sys
from pathlib import Path

ARTICLE = Path(__file__).parent.parent / "corpus" / "documents" / "促进城市群协调发展的方式.txt"
EVIDENCE = "成都至资阳的市域铁路"


def main(path: str) -> None:
    """Check the answer in the file."""
    answer = json.loads(Path(path).read_text("utf-8"))
    text = ARTICLE.read_text("utf-8")
    quotes = [citation["quote"] for citation in answer["citations"]]
    wrong = [c["quote"] for c in answer["citations"] if text[c["start"] : c["end"]] != c["quote"]]
    if answer["refused"] or wrong or not any(EVIDENCE in quote for quote in quotes):
        sys.exit(f"refused: {answer['refused']}; quotes that are no slice: {wrong}; no quote with {EVIDENCE}: {quotes}")
    sys.stdout.write(f"{answer['answer']}\n")


if __name__ == "__main__":
    main(sys.argv[1])
