"""Tells Django about this app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.cases"
    label = "cases"
