"""Documents, mentions and pairs of them, as the small whole numbers that the network reads."""
