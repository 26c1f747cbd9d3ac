"""From mentions to facts: which belongs to which value, and what they say."""
