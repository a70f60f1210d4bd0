"""Tells Django about this app."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.papers"
    label = "papers"
