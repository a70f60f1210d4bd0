"""The journal: a chain of hashes over everything that was done, and its verifier."""
