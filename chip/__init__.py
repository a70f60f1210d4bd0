"""The chip of an electronic travel document: what it holds and what it speaks."""
