"""One office for whole journeys: its people, its days, its papers as text, on SQLite and on PostgreSQL."""

import io
import random
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from enrolment.papers.sheet import Letterhead

LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
# What a chip with prints shall hold, by name alone.
DIGESTS = {"EF.COM": "00" * 32, "EF.DG3": "03" * 32}
OPENED = datetime(2020, 1, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_both(each_database: str, db: None) -> None:
    """Every journey is walked on SQLite and on PostgreSQL."""


@pytest.fixture(scope="session")
def sealer() -> Any:
    """Who seals the papers, with a key of the tests' own."""
    from chip.pki.certificate import UsagePeriod
    from chip.pki.issuing import DistinguishedName, Validity, issue_seal
    from chip.pki.signing_key import SoftwareKey
    from enrolment.seal.sealing import PaperSealer

    begins, ends = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    key, name = SoftwareKey.generate("secp256r1"), DistinguishedName("LU", "TEST", "TEST paper seal")
    certificate = issue_seal(key, name, Validity(begins, ends, UsagePeriod(begins, ends)), secrets.token_bytes)
    return PaperSealer(key, certificate, "LUX")


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of that day by Luxembourg's clocks."""
    return datetime.combine(day, time(hour, minute), LUXEMBOURG)


def text_of(pdf: bytes) -> str:
    """What stands on a paper, its lines joined."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def noise(seed: int, length: int) -> bytes:
    """Bytes in the place of a picture, where the story is not about pictures."""
    return random.Random(seed).randbytes(length)


class Office:
    """What officers do at their desks, by the services alone; each call names its day."""

    def __init__(self, people: SimpleNamespace, site: Any, vault: Any, sealer: Any, outbox: Path) -> None:
        self.people, self.site, self.vault, self.sealer, self.outbox = people, site, vault, sealer, outbox
        self.blanks = 0
        self.papers: list[str] = []

    def file(self, application: Any, day: date, **more: Any) -> Any:
        from enrolment.cases.services import file_application

        return file_application(application, self.people.clerk, "direction", moment(day), **more)

    def receipted(self, case: Any, day: date) -> Any:
        """The receipt of a complete file, where the story does not read it."""
        from enrolment.cases.services import issue_receipt

        return issue_receipt(case, self.people.clerk, moment(day))

    def receipt(self, case: Any, day: date) -> tuple[Any, str]:
        """The receipt of a complete file, and what stands on it."""
        from enrolment.papers.services import print_receipt

        receipt = self.receipted(case, day)
        pdf = print_receipt(receipt, HEAD, self.people.clerk, moment(day), sealer=self.sealer)
        return receipt, self.keep(pdf)

    def keep(self, pdf: bytes) -> str:
        """The text of a paper, kept for who reads them all."""
        self.papers.append(text_of(pdf))
        return self.papers[-1]

    def appointment(self, case: Any, day: date) -> Any:
        """The next free time from that day on, booked at the desk."""
        from enrolment.appointments.models import Purpose
        from enrolment.appointments.services import book, first_free_slot

        slot = first_free_slot(self.site, moment(day + timedelta(days=1), 0), Purpose.CAPTURE)
        return book(case, self.site, Purpose.CAPTURE, slot.starts_at, self.people.clerk, moment(day))

    def capture(self, case: Any, booking: Any, **given: Any) -> None:
        """The person came: photo and prints go into the vault."""
        from enrolment.appointments.services import keep
        from enrolment.capture.pictures import CardPrint
        from enrolment.capture.services import CapturedBiometrics, record_capture

        at = booking.starts_at
        keep(booking, self.people.clerk, at)
        prints = (CardPrint("right_index", noise(2, 3000), 61), CardPrint("left_index", noise(4, 3000), 55))
        taken = {
            "portrait": noise(1, 4000),
            "portrait_media_type": "image/png",
            "chip_portrait": noise(3, 2000),
            "chip_portrait_media_type": "image/jp2",
            "photo_verdict": "accepted",
            "photo_figures": {"head_share": 0.74},
            "fingers": prints,
            **given,
        }
        case.refresh_from_db()
        record_capture(case, CapturedBiometrics(**taken), self.people.clerk, at + timedelta(minutes=15), self.vault)

    def captured(self, case: Any, day: date, **given: Any) -> date:
        """Appointment and capture; gives the day on which the person came."""
        booking = self.appointment(case, day)
        self.capture(case, booking, **given)
        return booking.starts_at.astimezone(LUXEMBOURG).date()

    def granted(self, case: Any, day: date) -> Any:
        """Put before a second officer, who grants it, where the story does not read the letter."""
        from enrolment.cases.services import decide, submit
        from enrolment.cases.steps import State

        if case.state in (State.ENROLLED, State.RECEIPTED):
            submit(case, self.people.clerk, moment(day))
        self.check_fee(case, day)
        return decide(case, self.people.decider, moment(day), granted=True)

    def check_fee(self, case: Any, day: date) -> None:
        """Hold what was claimed against the Treasury's books, which show it under a reference of its own."""
        from enrolment.cases.models import PaymentState
        from enrolment.cases.payments import Booked, check_payment

        for payment in case.payments.filter(state=PaymentState.CLAIMED):
            booked, reference = Booked(payment.amount_cents), f"T-{case.number}"
            check_payment(payment, booked, self.people.decider, moment(day), reference=reference)
        case.refresh_from_db()

    def decide(self, case: Any, day: date) -> tuple[Any, str]:
        """The same; the decision, and what stands on its letter."""
        from enrolment.cases.letters import note_sent
        from enrolment.cases.models import LetterKind
        from enrolment.papers.writing import write_letter

        decision = self.granted(case, day)
        letter = case.letters.get(kind=LetterKind.DECISION)
        text = self.keep(write_letter(letter, HEAD, self.people.clerk, moment(day)))
        note_sent(letter, "post", self.people.clerk, moment(day))
        return decision, text

    def release(self, case: Any, day: date) -> Any:
        from enrolment.cases.services import release

        return release(case, self.people.producer, moment(day))

    def job(self, case: Any, day: date, **terms: Any) -> Any:
        """A blank and a number for a released case."""
        from enrolment.production.services import open_job, receive_blanks

        self.blanks += 1
        people = self.people
        receive_blanks([f"B{self.blanks:03d}"], people.producer, people.counter, moment(day))
        return open_job(case, people.producer, moment(day), **terms)

    def made(self, case: Any, day: date) -> Any:
        """Released, written, read back and packed: the card, where the story is not about its chip."""
        from enrolment.production.services import record_verification, start_writing

        job = self.job(self.release(case, day), day)
        at, producer = moment(day, 10), self.people.producer
        start_writing(job, DIGESTS, f"UID-{self.blanks}", producer, at)
        record_verification(job, {"dg_hashes": "passed"}, producer, at, at)
        return self.registered(job, day)

    def registered(self, job: Any, day: date) -> Any:
        """The verified card, finished and entered."""
        from enrolment.delivery.services import register_card
        from enrolment.production.services import finish_card

        at, producer = moment(day, 11), self.people.producer
        return register_card(finish_card(job, producer, at), producer, at)

    def hand_over(self, card: Any, day: date, **shown: Any) -> Any:
        """Collected by appointment, by its holder, with the passport; the case is closed and its biometrics gone."""
        from enrolment.appointments.models import Purpose
        from enrolment.appointments.services import book, first_free_slot, keep
        from enrolment.capture.models import CaseKey
        from enrolment.delivery.retention import run_retention
        from enrolment.delivery.services import Identification, close_case, hand_over, is_passport_of

        clerk, case = self.people.clerk, card.case
        case.refresh_from_db()
        slot = first_free_slot(self.site, moment(day, 0), Purpose.COLLECTION)
        booking = book(case, self.site, Purpose.COLLECTION, slot.starts_at, clerk, moment(day, 8))
        keep(booking, clerk, slot.starts_at)
        card.refresh_from_db()
        is_theirs = is_passport_of(case, case.passport.number, case.passport.issuing_state)
        known = Identification("passport", 120, 40, data_shown=True, passport_matches=is_theirs, **shown)
        given = hand_over(card, known, clerk, slot.starts_at)
        run_retention(slot.starts_at + timedelta(minutes=5), clerk)
        assert not CaseKey.objects.filter(case=case).exists()
        case.refresh_from_db()
        close_case(case, clerk, slot.starts_at + timedelta(minutes=10))
        return given

    def post(self, letter: Any, day: date, **more: Any) -> str:
        """Write a letter that is due, hand it to the outbox, deliver, note it as sent; what stands on it."""
        from enrolment.outbox.delivering import deliver_due
        from enrolment.outbox.drivers import FolderDriver
        from enrolment.papers.writing import note_what_left, post_letter

        at = moment(day, 12)
        post_letter(letter, HEAD, self.people.clerk, at, **more)
        driver = FolderDriver(self.outbox, "office@example.org")
        deliver_due({"letter": driver, "mail": driver, "calendar": driver}, lambda: at)
        note_what_left(at)
        letter.refresh_from_db()
        assert letter.state == "sent"
        (paper,) = self.outbox.glob(f"letter/*/{letter.number}.pdf")
        return self.keep(paper.read_bytes())

    def journal(self, case: Any) -> list[str]:
        """What the journal says was done with a case, in order, after its chain was checked."""
        from enrolment.audit.models import Entry
        from enrolment.audit.verify import verify_journal

        assert verify_journal().ok
        return list(Entry.objects.filter(subject=case.number).order_by("sequence").values_list("action", flat=True))

    def why(self, case: Any, day: date) -> set[str]:
        """The words of what holds a case up on that day."""
        from enrolment.cases.why import why

        case.refresh_from_db()
        return {hold.error for hold in why(case, moment(day)).holdups}


@pytest.fixture
def office(db: None, vault: Any, sealer: Any, tmp_path: Path) -> Office:
    """The Direction, its officers and its counters, open since 2020."""
    from enrolment.accounts.models import Role
    from enrolment.accounts.services import register_officer
    from enrolment.appointments.services import Hours, open_site

    roles = {
        "clerk": [Role.FILE, Role.ENROL, Role.DELIVER],
        "decider": [Role.DECIDE],
        "producer": [Role.PRODUCE],
        "counter": [Role.PRODUCE, Role.SUPERVISE],
    }
    people = {name: register_officer(name, name.title(), given, OPENED) for name, given in roles.items()}
    hours = [Hours(weekday, time(8, 30), time(11, 0), date(2020, 1, 1), counters=2) for weekday in range(5)]
    site = open_site("direction", "Direction générale de l'immigration", hours, OPENED)
    return Office(SimpleNamespace(**people), site, vault, sealer, tmp_path / "outbox")


@pytest.fixture
def application(application_file: Callable[..., Path]) -> Iterator[Callable[..., Any]]:
    """Reads an application made of the given sections; what is not given is a worker's, None leaves out."""
    from enrolment.applications import load_application

    yield lambda **sections: load_application(application_file(**sections))


@pytest.fixture
def explained() -> Callable[..., Any]:
    """`explained(case, day)[rule]`: the finding on that day with the worst outcome, its article and sentences."""

    def explain(case: Any, day: date) -> dict[str, Any]:
        from enrolment.cases.services import explain_case

        return {rule: found[0] for rule, found in explain_case(case, day).by_rule().items()}

    return explain
