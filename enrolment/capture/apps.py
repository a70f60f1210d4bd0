"""Tells Django about this app."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.capture"
    label = "capture"
