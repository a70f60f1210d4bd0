"""Norms as TOML files, one a document profile."""
