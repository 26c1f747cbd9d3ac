"""Files: what kind of file it is, by its content, and the text in it."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from baocao_nlp.reading.encodings import decode
from baocao_nlp.reading.errors import ScanError, UnreadableFileError
from baocao_nlp.reading.limits import Limits
from baocao_nlp.reading.plain import blocks_of
from baocao_nlp.reading.programs import as_docx, with_text
from baocao_nlp.reading.source import Piece, SourceDocument, assemble

# mammoth leaves emphasis out where a style says nothing of it
_STYLES = "strike => s\nb =>\ni =>"
# how the files that are read here are called, as a rule
SUFFIXES = frozenset({".docx", ".doc", ".odt", ".rtf", ".pdf", ".html", ".htm", ".txt", ".md"})
_HTML_RE = re.compile(r"\s*+(?:<\?xml[^>]*+>\s*+)?(?><!--.*?-->\s*+)*+<(?:!doctype html|html|head|body)\b", re.I | re.S)
_OFFICE = (b"\xd0\xcf\x11\xe0", b"{\\rtf")
_OTHERS = {b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "a packed file"}


def read(source: str | Path | bytes, *, ocr: bool = False, limits: Limits = Limits()) -> SourceDocument:
    """The text of a Word file (.docx), a PDF file, a web page or a text file in any Vietnamese encoding; where
    LibreOffice is on the machine, also of .doc, .odt and .rtf.

    What kind of file it is is told by its content, whatever its name. Footnotes stand behind the paragraph with their
    mark. Of Word files, tracked changes are taken as accepted; of PDF files, page headers and numbers are left out.
    Tables are among the blocks, with their cells.

    Parameters
    ----------
    source : a path, or the content of a file.
    ocr : recognise the letters of a PDF file of scanned pages, which takes some seconds a page, where ocrmypdf and
        Tesseract's Vietnamese are on the machine.
    limits : what the file may cost.

    Raises
    ------
    OSError
        Where the file cannot be read.
    UnreadableFileError
        Where it is of another kind, damaged, or beyond the limits.
    """
    data = _content(source, limits.file)
    if data.startswith(_OFFICE) or _is_open_document(data):
        data = as_docx(data, limits.seconds)
    if data.startswith(b"PK"):
        return assemble(_docx(data, limits), "docx")
    if data[:1024].lstrip().startswith(b"%PDF-"):
        try:
            return assemble(_pdf(data, limits), "pdf")
        except ScanError:
            if not ocr:
                raise
            return assemble(_pdf(with_text(data, limits.seconds), limits), "pdf")
    for beginning, what in _OTHERS.items():
        if data.startswith(beginning):
            raise UnreadableFileError(f"{what}, which holds no text")
    decoded = decode(data)
    if _HTML_RE.match(decoded.text):
        if len(data) > limits.text:
            raise UnreadableFileError(f"a web page with more than {_size(limits.text)} of text")
        return assemble(_page(decoded.text), "html", decoded.encoding)
    return SourceDocument(decoded.text, "text", decoded.encoding, blocks_of(decoded.text))


def _content(source: str | Path | bytes, most: int) -> bytes:
    if isinstance(source, bytes):
        data = source
    else:
        with Path(source).open("rb") as file:
            data = file.read(most + 1)
    if len(data) > most:
        raise UnreadableFileError(f"a file of more than {_size(most)}")
    return data


def _size(number: int) -> str:
    return f"{number / (1 << 20):g} MB"


def _is_open_document(data: bytes) -> bool:
    return data.startswith(b"PK") and b"mimetypeapplication/vnd.oasis.opendocument.text" in data[:200]


def _docx(data: bytes, limits: Limits) -> list[Piece]:
    mammoth, html = _needed("mammoth"), _needed("lxml.html")
    from baocao_nlp.reading.html import pieces_of

    with _told("Word"):
        with ZipFile(io.BytesIO(data)) as archive:
            _check(archive, limits)
        page = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=mammoth.images.img_element(lambda image: {}), style_map=_STYLES
        ).value
        return pieces_of(html.fromstring(f"<body>{page}</body>"))


def _check(archive: ZipFile, limits: Limits) -> None:
    if "word/document.xml" not in archive.namelist():
        raise UnreadableFileError("a packed file that is no Word file (.docx)")
    if sum(item.file_size for item in archive.infolist()) > limits.file:
        raise UnreadableFileError(f"unpacks to more than {_size(limits.file)}")
    if sum(item.file_size for item in archive.infolist() if item.filename.endswith(".xml")) > limits.text:
        raise UnreadableFileError(f"a Word file with more than {_size(limits.text)} of text")


def _pdf(data: bytes, limits: Limits) -> list[Piece]:
    pdfplumber = _needed("pdfplumber")
    from baocao_nlp.reading.pdf import pieces_of_pages

    # pdfminer tells of each oddity of a font on the way
    with _told("PDF"), _quiet("pdfminer"), pdfplumber.open(io.BytesIO(data)) as pdf:
        if len(pdf.pages) > limits.pages:
            raise UnreadableFileError(f"a PDF file of more than {limits.pages} pages")
        return pieces_of_pages(_in_time(pdf.pages, limits.seconds))


def _in_time(pages: Iterable[Any], seconds: float) -> Iterator[Any]:
    """Pages, until they take too long."""
    end = time.monotonic() + seconds
    for number, page in enumerate(pages):
        if time.monotonic() > end:
            raise UnreadableFileError(f"a PDF file of which {number} pages took more than {seconds:g} seconds")
        yield page


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


def _page(text: str) -> list[Piece]:
    trafilatura, html = _needed("trafilatura"), _needed("lxml.html")
    from baocao_nlp.reading.html import pieces_of, put_back, set_aside

    with _told("HTML"), _quiet("trafilatura"):
        whole = html.fromstring(text)
        tables = set_aside(whole)
        main = trafilatura.extract(
            html.tostring(whole, encoding="unicode"), output_format="html", include_tables=True, favor_recall=True
        )
        # where trafilatura finds no main content the whole page is read
        found = html.fromstring(main) if main else whole
        put_back(found, tables)
        return pieces_of(found)
