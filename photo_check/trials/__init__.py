"""Trials of the check: good photos changed in ways that harm nothing and in ways that must be stopped, and counted."""
