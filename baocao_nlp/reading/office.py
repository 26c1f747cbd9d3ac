"""Files of other office programs (.doc, .odt, .rtf), which LibreOffice turns into .docx where it is on the machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from baocao_nlp.reading.errors import UnreadableFileError

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 120


def as_docx(data: bytes) -> bytes:
    """The content of an office file as that of a .docx.

    Raises
    ------
    UnreadableFileError
        Where there is no LibreOffice, or it cannot read the file within two minutes.
    """
    program = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        raise UnreadableFileError("an office file that only LibreOffice reads: install it, or save the file as .docx")
    with TemporaryDirectory() as folder:
        source = Path(folder, "report")
        source.write_bytes(data)
        # a profile of its own: one that is in use elsewhere would refuse to start
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [
            program,
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, timeout=_SECONDS, check=True, capture_output=True, stdin=subprocess.DEVNULL)
            return source.with_suffix(".docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise UnreadableFileError(f"LibreOffice could not read the file ({error})") from None
