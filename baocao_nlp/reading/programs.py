"""Other programs that read what this package does not: found on the machine, run apart, and stopped in time."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from baocao_nlp.reading.errors import UnreadableFileError

_OFFICE = ("soffice", "libreoffice")


def as_docx(data: bytes, seconds: float) -> bytes:
    """The content of a file of another office program (.doc, .odt, .rtf) as that of a .docx, by LibreOffice.

    Raises
    ------
    UnreadableFileError
        Where there is no LibreOffice, or it cannot read the file in so many seconds.
    """
    program = next((path for name in _OFFICE if (path := shutil.which(name))), None)
    if program is None:
        raise UnreadableFileError("an office file that only LibreOffice reads: install it, or save the file as .docx")
    with TemporaryDirectory() as folder:
        source = Path(folder, "report")
        source.write_bytes(data)
        # a profile of its own: one that is in use elsewhere would refuse to start
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        options = ["--headless", "--norestore", "--convert-to", "docx", "--outdir", folder]
        _run("LibreOffice", [program, profile, *options, str(source)], seconds)
        return _made("LibreOffice", source.with_suffix(".docx"))


def with_text(data: bytes, seconds: float) -> bytes:
    """A PDF file of scanned pages with their letters recognised, by ocrmypdf and Tesseract's Vietnamese.

    Raises
    ------
    UnreadableFileError
        Where one of them is missing, or the file cannot be read in so many seconds.
    """
    # of the package ocrmypdf, beside this Python, or of the machine
    program = shutil.which("ocrmypdf", path=sysconfig.get_path("scripts")) or shutil.which("ocrmypdf")
    if program is None:
        raise UnreadableFileError(
            "recognising letters needs ocrmypdf (pip install 'baocao-nlp[ocr]') and tesseract-ocr-vie"
        )
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "scan.pdf"), Path(folder, "text.pdf")
        source.write_bytes(data)
        options = ["--language", "vie", "--skip-text", "--deskew", "--optimize", "0", "--output-type", "pdf", "--quiet"]
        _run("ocrmypdf", [program, *options, str(source), str(target)], seconds)
        return _made("ocrmypdf", target)


def _run(name: str, command: Sequence[str], seconds: float) -> None:
    try:
        subprocess.run(command, timeout=seconds, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
        raise UnreadableFileError(f"{name} could not read the file ({said[-1] if said else error})") from None


def _made(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{name} could not read the file ({error.strerror})") from None
