"""Typed, frozen configuration of a station."""
