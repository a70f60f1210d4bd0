"""Drivers: what finds and speaks to scanners of one kind."""
