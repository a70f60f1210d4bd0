"""Fingerprints at the desk: scanners, made-up fingers, quality, WSQ, comparison, and the order of taking."""
