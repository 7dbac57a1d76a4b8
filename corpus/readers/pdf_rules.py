"""The thin lines that a page of a PDF draws, such as borders of cells.

Takes    a page
Gives    level and upright lines          Touches  pypdfium2
Never    curves, pictures, what stands inside a form: those are drawings
"""

import ctypes

import pypdfium2
from pypdfium2 import raw

from corpus.readers.pdf_grid import Rule

_THICKEST = 2.5
_SHORTEST = 4.0
# A map has a hundred thousand lines; a page of tables a few hundred.
_MOST_OBJECTS = 20_000
_MOST_STEPS = 6


def rules_of(page: pypdfium2.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Return the level lines, and the upright ones; a box that is drawn has two of each."""
    level: list[Rule] = []
    upright: list[Rule] = []
    edges = [ctypes.c_float() for _ in range(4)]
    for number in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH or raw.FPDFPath_CountSegments(drawn) > _MOST_STEPS:
            continue
        if not raw.FPDFPageObj_GetBounds(drawn, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        if top - bottom <= _THICKEST < right - left:
            level.append(Rule((bottom + top) / 2, left, right))
        elif right - left <= _THICKEST < top - bottom:
            upright.append(Rule((left + right) / 2, bottom, top))
        elif min(right - left, top - bottom) > _SHORTEST and _is_stroked(drawn):
            level += (Rule(bottom, left, right), Rule(top, left, right))
            upright += (Rule(left, bottom, top), Rule(right, bottom, top))
    return level, upright


def _is_stroked(drawn: raw.FPDF_PAGEOBJECT) -> bool:
    filling, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(drawn, filling, stroke) and stroke.value)
