"""Tells Django about this app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.delivery"
    label = "delivery"
