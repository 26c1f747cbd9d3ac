"""Facts as tables and files: frames, spreadsheets, databases."""

from baocao_nlp.outputs.files import FORMATS, read_facts, write_facts
from baocao_nlp.outputs.frames import facts_frame
from baocao_nlp.outputs.records import FIELDS

__all__ = ["FIELDS", "FORMATS", "facts_frame", "read_facts", "write_facts"]
