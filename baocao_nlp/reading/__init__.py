"""Text out of what people have: Word and PDF files, web pages, and text in encodings of today and of before Unicode."""

from baocao_nlp.reading.encodings import Decoded, decode, repair
from baocao_nlp.reading.errors import UnreadableFileError
from baocao_nlp.reading.files import SUFFIXES, read
from baocao_nlp.reading.limits import Limits
from baocao_nlp.reading.source import Block, Cell, SourceDocument

__all__ = [
    "SUFFIXES",
    "Block",
    "Cell",
    "Decoded",
    "Limits",
    "SourceDocument",
    "UnreadableFileError",
    "decode",
    "read",
    "repair",
]
