"""Pages to look at: each one self-contained file, in Vietnamese or English, safe for any text."""
