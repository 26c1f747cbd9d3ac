"""From sentences to labelled spans: features, the sequence tagger, and its tags."""
