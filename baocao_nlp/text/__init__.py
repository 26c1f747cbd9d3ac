"""A report as text: clean-up that keeps offsets, tokens, and structure."""
