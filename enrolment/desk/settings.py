"""Django's settings: where the data lives, which apps there are, how the database keeps what it was told.

Nothing secret stands here: the key that signs sessions is a file of the data folder, made when the office is opened
(`enrolment.desk.start`). `$STATION_DATA_DIR` names the data folder, else the user's own folder for data.
"""

from pathlib import Path

from enrolment.desk.database import configured_database
from enrolment.desk.places import SECRET_FILE, data_folder


def _secret(folder: Path) -> str:
    """The key that was made with the data folder; "" (which Django refuses to use) before that."""
    path = folder / SECRET_FILE
    return path.read_text("ascii") if path.is_file() else ""


DATA_DIR = data_folder()
SECRET_KEY = _secret(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "enrolment.audit",
    "enrolment.accounts",
    "enrolment.cases",
    "enrolment.outbox",
    "enrolment.appointments",
    "enrolment.capture",
    "enrolment.production",
    "enrolment.delivery",
    "enrolment.papers",
]
AUTH_USER_MODEL = "accounts.Officer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {"default": dict(configured_database(DATA_DIR).django)}

TIME_ZONE = "Europe/Luxembourg"
USE_TZ = True
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français"), ("de", "Deutsch"), ("lb", "Lëtzebuergesch"), ("en", "English")]
USE_I18N = True
LOGGING_CONFIG = None
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
