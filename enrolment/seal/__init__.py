"""The digital seal of the office's papers: a signed Data Matrix that is checked without asking the office."""
