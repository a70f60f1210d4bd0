"""Tells Django about this app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.outbox"
    label = "outbox"
