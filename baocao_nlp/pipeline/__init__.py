"""The pipeline: from a text to its facts, as a spaCy Language and as one call."""
