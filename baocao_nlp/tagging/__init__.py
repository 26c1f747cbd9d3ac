"""From token vectors to mentions."""
