"""Django's settings, made from the station's configuration."""

SECRET_KEY = "replaced-by-composition"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
