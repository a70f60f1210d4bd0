"""Tells Django about this app."""

from django.apps import AppConfig


class ProductionConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.production"
    label = "production"
