"""Files: what kind of file it is, by its content, and the text in it."""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from baocao_nlp.reading.encodings import decode
from baocao_nlp.reading.errors import UnreadableFileError
from baocao_nlp.reading.office import as_docx

# mammoth leaves emphasis out where a style says nothing of it
_STYLES = "strike => s\nb =>\ni =>"
# how the files that are read here are called, as a rule
SUFFIXES = frozenset({".docx", ".doc", ".odt", ".rtf", ".pdf", ".html", ".htm", ".txt", ".md"})
_BREAK = "\n\n"
_HTML_RE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)
# in bytes; no report unpacks to as much, pictures included, or has as much text
_LARGEST, _LONGEST = 200 << 20, 10 << 20
_MOST_PAGES = 2000
_OFFICE = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_OTHERS = {b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "a packed file"}


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The text of a file, to be given to `extract`, and where each paragraph stands.

    Attributes
    ----------
    text : what facts are offsets into.
    format : ``docx``, ``pdf``, ``html`` or ``text``.
    encoding : of text and HTML (see `decode`).
    starts : the offset that each paragraph (in a text file: each line) begins at.
    """

    text: str
    format: str
    encoding: str | None
    starts: tuple[int, ...]

    def paragraph(self, offset: int) -> int:
        """The paragraph, from 1, that an offset into the text is in; in a text file, the line."""
        return bisect_right(self.starts, offset)


def read(source: str | Path | bytes) -> SourceDocument:
    """The text of a Word file (.docx), a PDF file, a web page or a text file in any Vietnamese encoding; where
    LibreOffice is on the machine, also of .doc, .odt and .rtf.

    What kind of file it is is told by its content, whatever its name. Footnotes stand behind the paragraph with their
    mark. Of Word files, tracked changes are taken as accepted; of PDF files, page headers and numbers are left out.
    Tables of data are left out of all.

    Parameters
    ----------
    source : a path, or the content of a file.

    Raises
    ------
    OSError
        Where the file cannot be read.
    UnreadableFileError
        Where it is of another kind, damaged, or too large.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if data.startswith(_OFFICE) or _is_open_document(data):
        data = as_docx(data)
    if data.startswith(b"PK"):
        return _of_paragraphs(_docx(data), "docx", None)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _of_paragraphs(_pdf(data), "pdf", None)
    for beginning, what in _OTHERS.items():
        if data.startswith(beginning):
            raise UnreadableFileError(f"{what}, which holds no text")
    decoded = decode(data)
    if _HTML_RE.match(decoded.text):
        return _of_paragraphs(_page(decoded.text), "html", decoded.encoding)
    lines = [0, *(match.end() for match in re.finditer("\n", decoded.text))]
    return SourceDocument(decoded.text, "text", decoded.encoding, tuple(lines))


def _of_paragraphs(paragraphs: Sequence[str], kind: str, encoding: str | None) -> SourceDocument:
    starts, length = [], 0
    for paragraph in paragraphs:
        starts.append(length)
        length += len(paragraph) + len(_BREAK)
    return SourceDocument(_BREAK.join(paragraphs), kind, encoding, tuple(starts))


def _is_open_document(data: bytes) -> bool:
    return data.startswith(b"PK") and b"mimetypeapplication/vnd.oasis.opendocument.text" in data[:200]


def _docx(data: bytes) -> list[str]:
    mammoth, html = _needed("mammoth"), _needed("lxml.html")
    from baocao_nlp.reading.html import paragraphs_of

    with _told("Word"):
        with ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
        page = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(lambda image: {}), style_map=_STYLES
        ).value
        return paragraphs_of(html.fromstring(f"<body>{page}</body>"))


def _check(archive: ZipFile) -> None:
    if "word/document.xml" not in archive.namelist():
        raise UnreadableFileError("a packed file that is no Word file (.docx)")
    if sum(item.file_size for item in archive.infolist()) > _LARGEST:
        raise UnreadableFileError(f"unpacks to more than {_LARGEST >> 20} MB")
    if sum(item.file_size for item in archive.infolist() if item.filename.endswith(".xml")) > _LONGEST:
        raise UnreadableFileError(f"a Word file with more than {_LONGEST >> 20} MB of text")


def _pdf(data: bytes) -> list[str]:
    pdfplumber = _needed("pdfplumber")
    from baocao_nlp.reading.pdf import paragraphs_of_pages

    # pdfminer tells of each oddity of a font on the way
    with _told("PDF"), _quiet("pdfminer"), pdfplumber.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) > _MOST_PAGES:
            raise UnreadableFileError(f"a PDF file of more than {_MOST_PAGES} pages")
        return paragraphs_of_pages(pdf.pages)


@contextmanager
def _quiet(library: str) -> Iterator[None]:
    logger = logging.getLogger(library)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _told(kind: str) -> Iterator[None]:
    """Whatever a reader of files stumbles over in a damaged one, as one kind of error."""
    try:
        yield
    except UnreadableFileError:
        raise
    except Exception as error:
        reason = "it needs a password" if "Password" in repr(error) else str(error) or type(error).__name__
        raise UnreadableFileError(f"a damaged or protected {kind} file ({reason})") from None


def _needed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise UnreadableFileError(f"reading such files needs {name}: pip install 'baocao-nlp[files]'") from None


def _page(text: str) -> list[str]:
    trafilatura, html = _needed("trafilatura"), _needed("lxml.html")
    from baocao_nlp.reading.html import paragraphs_of

    # where trafilatura finds no main content the whole page is read
    with _told("HTML"), _quiet("trafilatura"):
        main = trafilatura.extract(text, output_format="html", include_tables=True, favor_recall=True)
        return paragraphs_of(html.fromstring(main or text))
