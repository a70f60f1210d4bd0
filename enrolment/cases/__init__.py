"""Persons, cases, pieces, receipts, decisions; the table of allowed steps."""
