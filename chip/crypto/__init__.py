"""Padding, key derivation, curves and key agreement: what the protocols compute with."""
