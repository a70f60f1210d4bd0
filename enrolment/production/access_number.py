"""Card access numbers: six digits, each as likely as the other, derived from nothing (TR-03110-1 §2.3)."""

from collections.abc import Callable

from enrolment.production.numbers import DocumentNumberScheme

DIGITS = "0123456789"
CAN_DIGITS = 6  # TR-03110-2 §3.3; printed on the front in OCR-B (Doc 9303-5 §3.2.3)


def draw_can(random_bytes: Callable[[int], bytes]) -> str:
    """A CAN, from the same fair draw as document numbers are."""
    return DocumentNumberScheme(alphabet=DIGITS, length=CAN_DIGITS).draw(random_bytes)
