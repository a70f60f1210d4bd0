"""Applications: what a person asks for, read from a file or a form into one frozen value."""

from enrolment.applications.facts import facts_of
from enrolment.applications.load import load_application, read_application
from enrolment.applications.model import Application

__all__ = ["Application", "facts_of", "load_application", "read_application"]
