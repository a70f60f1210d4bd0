"""The keys and certificates of Doc 9303-12 and TR-03110: what signs a chip, and what a terminal trusts."""
