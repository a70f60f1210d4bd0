"""The machine readable zone of one ordered card, and the words from which its access keys grow."""

import mrz
from enrolment.production.order import CardOrder


def zone_of(order: CardOrder) -> mrz.MachineReadableZone:
    """The TD1 zone: three lines of thirty (Doc 9303-5). Raises MrzError naming the field that cannot stand in it."""
    return mrz.compose(
        format="TD1",
        document_code=order.document_code,
        issuing_state=order.issuing_state,
        document_number=order.document_number,
        birth_date=order.birth_date.mrz(),
        sex=order.sex,
        expiry_date=f"{order.expiry_date:%y%m%d}",
        nationality=order.nationality,
        surname=order.surname,
        given_names=order.given_names,
    )


def access_information_of(order: CardOrder) -> str:
    """Number, birth and expiry date with their check digits: the password of BAC and PACE-MRZ (Doc 9303-11 §4.3.2)."""
    return mrz.access_information(order.document_number, order.birth_date.mrz(), f"{order.expiry_date:%y%m%d}")
