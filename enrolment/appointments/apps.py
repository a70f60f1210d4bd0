"""Tells Django about this app."""

from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.appointments"
    label = "appointments"
