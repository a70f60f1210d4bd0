"""Open a card, read it, judge it."""
