"""Photo and fingerprints at the desk, and the vault that keeps them encrypted."""
