"""The page and the reader view: what a person sees of Wenqu in a browser.

Takes    nothing; the scripts ask the API of the same origin
Gives    create_pages
Touches  service.web.pages          Never  documents, the index, answers
"""

from service.web.pages import create_pages

__all__ = ["create_pages"]
