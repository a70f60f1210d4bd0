"""Takes a case to where a test needs it, by the services alone."""

import random
from datetime import datetime
from types import SimpleNamespace
from typing import Any

# What a chip with prints shall hold, by name alone.
DIGESTS = {"EF.COM": "00" * 32, "EF.DG3": "03" * 32}


class Walk:
    """One application on its way; each step gives what it makes."""

    def __init__(self, application: Any, officers: SimpleNamespace, site: Any, vault: Any, now: datetime) -> None:
        self.application, self.officers, self.site, self.vault, self.now = application, officers, site, vault, now
        self.portrait, self.finger = noise(1, 4000), noise(2, 3000)
        self.person: Any = None
        self.round = 0

    def filed(self) -> Any:
        from enrolment.cases.services import file_application

        return file_application(self.application, self.officers.clerk, "direction", self.now, person=self.person)

    def booked(self) -> Any:
        from enrolment.appointments.models import Purpose
        from enrolment.appointments.services import book, first_free_slot
        from enrolment.cases.services import issue_receipt

        case = self.filed()
        issue_receipt(case, self.officers.clerk, self.now)
        slot = first_free_slot(self.site, self.now, Purpose.CAPTURE)
        book(case, self.site, Purpose.CAPTURE, slot.starts_at, self.officers.clerk, self.now)
        return case

    def biometrics(self, **changes: Any) -> Any:
        from enrolment.capture.pictures import CardPrint
        from enrolment.capture.services import CapturedBiometrics

        values: dict[str, Any] = {
            "portrait": self.portrait,
            "portrait_media_type": "image/png",
            "chip_portrait": noise(3, 2000),
            "chip_portrait_media_type": "image/jp2",
            "photo_verdict": "accepted",
            "photo_figures": {"head_share": 0.74},
            "fingers": (
                CardPrint("right_index", self.finger, 61),
                CardPrint("left_index", noise(4, 3000), 55),
            ),
        }
        return CapturedBiometrics(**{**values, **changes})

    def enrolled(self) -> Any:
        from enrolment.capture.services import record_capture

        case = self.booked()
        record_capture(case, self.biometrics(), self.officers.clerk, self.now, self.vault)
        return case

    def decided(self) -> Any:
        from enrolment.cases.services import decide, submit

        case = self.enrolled()
        submit(case, self.officers.clerk, self.now)
        self.judged(case)
        self.paid(case)
        decide(case, self.officers.decider, self.now, granted=True)
        return case

    def paid(self, case: Any) -> None:
        """The Treasury's books show the fee, under a reference of this case's own."""
        from enrolment.cases.payments import Booked, check_payment

        for payment in case.payments.order_by("id"):
            reference = f"T-{case.number}-{payment.pk}"
            check_payment(payment, Booked(payment.amount_cents), self.officers.decider, self.now, reference=reference)
        case.refresh_from_db()

    def judged(self, case: Any) -> None:
        """The same application filed again makes a record that looks known: another person, says the officer."""
        from enrolment.cases.duplicates import judge_duplicate, open_pairs
        from enrolment.cases.models import SameVerdict

        for pair in open_pairs(case.person):
            judge_duplicate(pair, SameVerdict.DIFFERENT, "a namesake", self.officers.counter, self.now)

    def released(self) -> Any:
        from enrolment.cases.services import release
        from enrolment.production.services import receive_blanks

        case = self.decided()
        self.round += 1
        receive_blanks(
            [f"B{self.round}{index:03d}" for index in range(3)], self.officers.producer, self.officers.counter, self.now
        )
        release(case, self.officers.producer, self.now)
        return case

    def made(self) -> Any:
        """The job of a finished card."""
        from enrolment.production.services import finish_card, open_job, record_verification, start_writing

        job = open_job(self.released(), self.officers.producer, self.now)
        start_writing(job, DIGESTS, f"UID-{self.round}", self.officers.producer, self.now)
        record_verification(job, {"dg_hashes": "passed"}, self.officers.producer, self.now, self.now)
        return finish_card(job, self.officers.producer, self.now)

    def card_of(self, person: Any) -> Any:
        """Another card of a person whom the officer recognised."""
        self.person = person
        return self.card()

    def card(self) -> Any:
        """A finished card whose holder came for it by appointment."""
        from enrolment.delivery.services import register_card

        card = register_card(self.made(), self.officers.producer, self.now)
        self.came_for(card, self.now)
        return card

    def came_for(self, card: Any, at: Any) -> None:
        """The holder comes by appointment, on the day of `at`, to collect the card."""
        from enrolment.appointments.models import Purpose
        from enrolment.appointments.services import book, first_free_slot, keep

        slot = first_free_slot(self.site, at, Purpose.COLLECTION)
        booking = book(card.case, self.site, Purpose.COLLECTION, slot.starts_at, self.officers.clerk, self.now)
        keep(booking, self.officers.clerk, at)
        card.refresh_from_db()


def noise(seed: int, length: int) -> bytes:
    """Bytes that stand for a picture: nobody's face, nobody's finger."""
    return random.Random(seed).randbytes(length)
