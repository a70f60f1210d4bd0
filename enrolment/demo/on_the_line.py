"""The second half of the walk: zone, data groups, signature, personalised chip, read-back, hand-over, erasure."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from chip.personalisation.card_profile_files import load_card_profile
from chip.personalisation.transport_keys import SERIAL_LENGTH, TEST_TRANSPORT_KEYS
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.report import InspectionReport
from chip.transport.channel import Channel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from enrolment import composition
from enrolment.applications import Application
from enrolment.applications.model import Passport
from enrolment.appointments.models import Purpose
from enrolment.appointments.services import book, first_free_slot, keep
from enrolment.capture.pictures import CardPictures
from enrolment.capture.services import read_biometrics
from enrolment.cases.models import Case
from enrolment.delivery.models import Card
from enrolment.delivery.proof import ErasureProof, prove_erased
from enrolment.delivery.retention import run_retention
from enrolment.delivery.services import Identification, close_case, hand_over, is_passport_of, register_card
from enrolment.demo.desk import compare_with_card
from enrolment.demo.stage import Stage
from enrolment.fingerprints.scanner import FingerScanner
from enrolment.production.access_number import draw_can
from enrolment.production.chip_offer import chip_profile_of
from enrolment.production.job_order import order_of_job
from enrolment.production.line import OfficeLedger, is_as_ordered, load_chip, outcomes_of, read_back
from enrolment.production.models import Job
from enrolment.production.prepare import PreparedCard, prepare_card
from enrolment.production.services import FixedDocument, finish_card, open_job, record_verification
from station_config.model import Station


@dataclass(frozen=True, slots=True, repr=False)
class OrderedCard:
    """A job of the ledger and the card it is to make."""

    job: Job
    prepared: PreparedCard
    pictures: CardPictures


def new_blank(station: Station) -> VirtualCard:
    """A chip as its maker delivers it, with the commands that the station's blanks have."""
    card_profile = load_card_profile(station.chip.card_profile)
    return VirtualCard(CardMemory.blank(os.urandom(SERIAL_LENGTH), TEST_TRANSPORT_KEYS, card_profile))


def prepare(stage: Stage, case: Case, application: Application) -> OrderedCard:
    """Released case → job on a blank, zone, data groups and their signature."""
    cast, clock, wanted = stage.cast, stage.clock, application.document
    with stage.narrator.step("Order, machine readable zone") as step:
        fixed = FixedDocument(wanted.number, wanted.issue_date, wanted.expiry_date)
        scheme = composition.number_scheme(stage.station)
        job = open_job(case, cast.maker, clock.minutes(15), scheme=scheme, fixed=fixed)
        order = order_of_job(job, wanted.can or draw_can(os.urandom), stage.station, stage.book)
        step.say(f"blank {job.blank.serial}, document {order.document_number}, until {order.expiry_date}")
    with stage.narrator.step("Data groups and signature") as step:
        pictures = read_biometrics(case, cast.maker, clock.minutes(1), stage.vault)
        issuer = composition.chip_issuer(stage.pki, f"{job.case_id}.{job.attempt}")
        profile = chip_profile_of(stage.station.chip, application.chip, issuer.trust_point)
        prepared = prepare_card(order, pictures, profile, issuer, clock.minutes(1), os.urandom)
        for line in prepared.zone.lines:
            step.say(line)
        files = prepared.folder.image.files
        step.say(", ".join(f"{name.removeprefix('EF.')} {len(content)}" for name, content in files.items()) + " bytes")
    return OrderedCard(job, prepared, pictures)


def personalise(stage: Stage, ordered: OrderedCard, channel: Channel) -> None:
    """A blank → a loaded, locked chip. Raises ChipError as the loader does."""
    with stage.narrator.step("Personalisation") as step:
        ledger = OfficeLedger(ordered.job, stage.cast.maker, stage.clock)
        card_profile = load_card_profile(stage.station.chip.card_profile)
        result = load_chip(channel, ordered.prepared, TEST_TRANSPORT_KEYS, ledger, card_profile=card_profile)
        step.say(f"in {stage.reader or 'a card played in memory'}: {result.outcome.value} and locked")
        step.say(f"{result.bytes_written} bytes in {result.apdus} commands, through SCP03, each write read back")


def inspect_card(stage: Stage, ordered: OrderedCard, channel: Channel) -> InspectionReport:
    """The finished card as any terminal finds it, compared with the order; the answer goes into the ledger."""
    with stage.narrator.step("Read-back and inspection") as step:
        trust, terminal = stage.pki.trust_store(), TerminalIdentity.load(stage.pki.path)
        report = read_back(channel, ordered.prepared, trust, terminal, stage.clock.today)
        step.say(f"{report.access.protocol} with the {report.access.password}, {report.apdus} commands")
        for check in report.checks:
            step.say(f"{check.outcome.value:15}{check.name}")
        made_at = stage.clock.now
        job = ordered.job
        job.refresh_from_db()
        record_verification(job, outcomes_of(report), stage.cast.maker, made_at, stage.clock.minutes(5))
    return report


def hand_card_over(
    stage: Stage, ordered: OrderedCard, report: InspectionReport, scanner: FingerScanner, passport: Passport
) -> Card:
    """A finished card → the holder's hand: the passport read again, a new print compared with the one on the chip."""
    cast, clock = stage.cast, stage.clock
    with stage.narrator.step("Hand-over") as step:
        ordered.job.refresh_from_db()
        finish_card(ordered.job, cast.maker, clock.minutes(20))
        card = register_card(ordered.job, cast.maker, clock.minutes(5))
        slot = first_free_slot(cast.site, clock.now + timedelta(days=5), Purpose.COLLECTION)
        booking = book(card.case, cast.site, Purpose.COLLECTION, slot.starts_at, cast.clerk, clock.now)
        clock.move_to(slot.starts_at)
        keep(booking, cast.clerk, clock.now)
        card.refresh_from_db()
        shown = is_passport_of(card.case, passport.number, passport.issuing_state)
        identification = Identification("passport", data_shown=True, passport_matches=shown)
        fingers = report.contents.fingers or ()
        if fingers:
            compared = compare_with_card(scanner, fingers[0].image, fingers[0].position.name.lower())
            identification = replace(identification, match_score=compared.score, match_threshold=compared.threshold)
            step.say(f"print against the chip's: score {compared.score}, {compared.threshold} wanted")
        hand_over(card, identification, cast.keeper, clock.now)
        step.say(f"given to its holder by {cast.keeper.username}")
    return card


def erase(stage: Stage, case: Case, pictures: CardPictures, folders: Mapping[str, Path]) -> ErasureProof:
    """Hand-over → the station keeps no biometrics, proved by a search of every byte it stored."""
    with stage.narrator.step("Erasure, and its proof") as step:
        erased = run_retention(stage.clock.minutes(5))
        proof = prove_erased(folders.values(), pictures.needles())
        step.say(f"{sum(each.items for each in erased)} items erased; {proof.windows} pieces of them searched for")
        step.say(f"in {proof.files} files, {proof.bytes} bytes: {len(proof.hits)} found")
        case.refresh_from_db()
        close_case(case, stage.cast.keeper, stage.clock.minutes(5))
    return proof


def is_proven(report: InspectionReport, proof: ErasureProof) -> bool:
    """Whether the card is what was ordered and nothing biometric stayed behind."""
    return is_as_ordered(report) and proof.is_erased
