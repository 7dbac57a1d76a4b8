"""Questions into answers that can be checked: extraction of sentences, and the confidence that there are any."""

from service.answering.answerer import Answerer

__all__ = ["Answerer"]
