"""Receipts and letters as PDF, in French and the person's own language."""
