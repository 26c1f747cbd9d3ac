"""From words to values: what a number, a unit, a comparison or a period says. Pure functions."""
