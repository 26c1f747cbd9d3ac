"""Text out of what people have: bytes in the encodings of today and of before Unicode."""

from baocao_nlp.reading.encodings import Decoded, decode, repair

__all__ = ["Decoded", "decode", "repair"]
