"""Reads what happened beside the request: stays, absences, decisions, hand-over, moves. All of it is optional."""

from datetime import date, time

from enrolment.applications.optional_keys import (
    cents_or_none,
    day_not_before,
    number_or_none,
    one_of_or,
    yes_no_or_none,
)
from enrolment.rules.events import (
    Absence,
    Activity,
    Appearance,
    Appointment,
    Collection,
    Departure,
    Events,
    FamilyFiling,
    LiveCard,
    Loss,
    Move,
    Progress,
    ProtectionExchange,
    QueueTurn,
    Removal,
    Stay,
    WithdrawalAnswers,
)
from enrolment.rules.read_book import rule_book
from enrolment.typed_table import Table

PURPOSES = ("capture", "collection")
SITES = ("direction", "commune")


def events(top: Table, *, asked_on: date | None, family: FamilyFiling | None) -> Events:
    """Every optional section of the file; `asked_on` and `family` were read with [remark] and [family]."""
    training, visa = top.table_or_none("training"), top.table_or_none("entry_visa")
    return Events(
        stays=tuple(_stay(table) for table in top.tables("stay")),
        absences=tuple(_absence(table) for table in top.tables("absences")),
        activity=_activity(top.table_or_none("activity")),
        progress=_progress(top.table_or_none("progress")),
        card=_live_card(top.table_or_none("card")),
        appearance=_appearance(top.table_or_none("appearance")),
        collection=_collection(top.table_or_none("collection")),
        appointments=tuple(_appointment(table) for table in top.tables("appointments")),
        move=_move(top.table_or_none("move")),
        loss=_loss(top.table_or_none("loss")),
        departure=_departure(top.table_or_none("departure")),
        removal=_removal(top.table_or_none("removal")),
        exchange=_exchange(top.table_or_none("protection_exchange"), asked_on),
        withdrawal=_withdrawal(top.table_or_none("withdrawal")),
        turn=_turn(top.table_or_none("queue")),
        family=family,
        entry_visa_fee_cents=_only_cents(visa, "charged_eur"),
        officer_trained_on=_only_day(training, "officer_trained_on"),
    )


def _only_day(table: Table | None, key: str) -> date | None:
    if table is None:
        return None
    day = table.day(key)
    table.finish()
    return day


def _only_cents(table: Table | None, key: str) -> int | None:
    if table is None:
        return None
    cents = cents_or_none(table, key)
    table.finish()
    return cents


def _stay(table: Table) -> Stay:
    start = table.day("from")
    value = Stay(
        start=start,
        until=day_not_before(table, "until", start, "from"),
        is_lawful=yes_no_or_none(table, "lawful"),
        with_sponsor=yes_no_or_none(table, "with_sponsor"),
    )
    table.finish()
    return value


def _absence(table: Table) -> Absence:
    left_on = table.day("left_on")
    value = Absence(left_on, day_not_before(table, "returned_on", left_on, "left_on"))
    table.finish()
    return value


def _activity(table: Table | None) -> Activity:
    if table is None:
        return Activity()
    value = Activity(number_or_none(table, "hours_per_week"), cents_or_none(table, "resources_monthly_eur"))
    table.finish()
    return value


def _progress(table: Table | None) -> Progress:
    if table is None:
        return Progress()
    returned_on = table.day_or_none("returned_on")
    value = Progress(
        returned_on=returned_on,
        completed_on=day_not_before(table, "completed_on", returned_on or date.min, "returned_on"),
        decided_on=table.day_or_none("decided_on"),
        made_on=table.day_or_none("made_on"),
        delivered_on=table.day_or_none("delivered_on"),
        prolonged_on=table.day_or_none("prolonged_on"),
        prolongation_letter_on=table.day_or_none("prolongation_letter_on"),
        prolongation_reason=table.text_or("prolongation_reason", ""),
    )
    table.finish()
    return value


def _live_card(table: Table | None) -> LiveCard | None:
    if table is None:
        return None
    value = LiveCard(
        printed_issue_date=table.day_or_none("printed_issue_date"),
        personalised_on=table.day_or_none("personalised_on"),
        issued_on=table.day_or_none("issued_on"),
        expiry_date=table.day_or_none("expiry_date"),
        printed_category=table.text_or("printed_category", ""),
        invited_on=table.day_or_none("invited_on"),
        handed_over_on=table.day_or_none("handed_over_on"),
        biometrics_erased_on=table.day_or_none("biometrics_erased_on"),
    )
    table.finish()
    return value


def _appearance(table: Table | None) -> Appearance | None:
    if table is None:
        return None
    value = Appearance(
        on=table.day("on"),
        passport_expiry_date=table.day_or_none("passport_expiry_date"),
        passport_matches=yes_no_or_none(table, "passport_matches"),
    )
    table.finish()
    return value


def _collection(table: Table | None) -> Collection | None:
    if table is None:
        return None
    value = Collection(
        on=table.day("on"),
        in_person=yes_no_or_none(table, "in_person"),
        by_appointment=yes_no_or_none(table, "by_appointment"),
        is_holder=yes_no_or_none(table, "is_holder"),
    )
    table.finish()
    return value


def _appointment(table: Table) -> Appointment:
    at = None
    if table.has("at"):
        try:
            at = time.fromisoformat(table.text("at"))
        except ValueError:
            table.refuse("at", "a time HH:MM is wanted")
    value = Appointment(
        on=table.day("on"),
        at=at,
        purpose=table.one_of("purpose", PURPOSES),
        site=one_of_or(table, "site", SITES),
    )
    table.finish()
    return value


def _move(table: Table | None) -> Move | None:
    if table is None:
        return None
    arrived_on = table.day("arrived_on")
    value = Move(
        arrived_on=arrived_on,
        document=table.one_of("document", sorted(rule_book().catalogue)),
        endorsed_on=day_not_before(table, "endorsed_on", arrived_on, "arrived_on"),
        endorsements_so_far=number_or_none(table, "endorsements_so_far"),
    )
    table.finish()
    return value


def _loss(table: Table | None) -> Loss | None:
    if table is None:
        return None
    value = Loss(
        reported_on=table.day("reported_on"),
        is_theft=table.yes_or_no("theft", default=False),
        commune_informed_on=table.day_or_none("commune_informed_on"),
    )
    table.finish()
    return value


def _departure(table: Table | None) -> Departure | None:
    if table is None:
        return None
    value = Departure(
        on=table.day("on"),
        document_handed_over_on=table.day_or_none("document_handed_over_on"),
        forwarded_on=table.day_or_none("forwarded_on"),
    )
    table.finish()
    return value


def _removal(table: Table | None) -> Removal | None:
    if table is None:
        return None
    value = Removal(table.day("decided_on"), table.day_or_none("documents_returned_on"))
    table.finish()
    return value


def _exchange(table: Table | None, asked_on: date | None) -> ProtectionExchange:
    if table is None:
        return ProtectionExchange(asked_on=asked_on)
    value = ProtectionExchange(
        asked_on=asked_on,
        request_received_on=table.day_or_none("request_received_on"),
        request_answered_on=table.day_or_none("request_answered_on"),
        transferred_to_luxembourg_on=table.day_or_none("transferred_to_luxembourg_on"),
        transfer_request_received_on=table.day_or_none("transfer_request_received_on"),
        remark_changed_on=table.day_or_none("remark_changed_on"),
        granted_by_luxembourg_on=table.day_or_none("granted_by_luxembourg_on"),
        issuing_state_asked_on=table.day_or_none("issuing_state_asked_on"),
    )
    table.finish()
    return value


def _withdrawal(table: Table | None) -> WithdrawalAnswers:
    if table is None:
        return WithdrawalAnswers()
    value = WithdrawalAnswers(
        resident_at_end=yes_no_or_none(table, "resident_at_end"),
        temporarily_absent_at_end=yes_no_or_none(table, "temporarily_absent_at_end"),
        has_right_of_residence=yes_no_or_none(table, "right_of_residence"),
        still_holds_special_card=yes_no_or_none(table, "still_holds_special_card"),
    )
    table.finish()
    return value


def _turn(table: Table | None) -> QueueTurn | None:
    if table is None:
        return None
    value = QueueTurn(
        number=table.whole_number("number"),
        first_waiting=table.whole_number("first_waiting"),
        jump_reason=table.text_or("jump_reason", ""),
        supervisor_agreed=table.yes_or_no("supervisor_agreed", default=False),
    )
    table.finish()
    return value
