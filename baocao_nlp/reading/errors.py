"""What goes wrong with files."""


class UnreadableFileError(ValueError):
    """A file that is damaged, protected, too large, or of a kind that cannot be read."""


class ScanError(UnreadableFileError):
    """A PDF file of scanned pages, in which there is no text yet."""
