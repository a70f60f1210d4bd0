"""Tells Django about this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.audit"
    label = "audit"
