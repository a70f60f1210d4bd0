"""Tells Django about this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app's name and label."""

    name = "enrolment.accounts"
    label = "accounts"
