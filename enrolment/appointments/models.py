"""Sites and their hours, bookings, invitations to book, and the queue of a day.

A booking holds every five minutes of its counter that it touches: the database lets no two bookings hold the same.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.appointments.timetable import Hours, Season, Service
from enrolment.cases.models import Case

WEEKDAYS = 7


class Purpose(models.TextChoices):
    """Why a person comes by appointment."""

    CAPTURE = "capture", "photo and fingerprints"
    COLLECTION = "collection", "collects the card"


class BookingState(models.TextChoices):
    """What became of a booking."""

    BOOKED = "booked", "booked"
    KEPT = "kept", "the person came"
    CANCELLED = "cancelled", "cancelled"
    NO_SHOW = "no_show", "the person did not come"


class Channel(models.TextChoices):
    """How a booking was asked for."""

    DESK = "desk", "at the desk"
    PHONE = "phone", "by telephone"
    CODE = "code", "with the one-time code of the letter"
    WALK_IN = "walk_in", "without an appointment, by a supervisor's leave"


class Site(models.Model):
    """A place where people are received. `cell_minutes` is the grid of its day; visits take whole cells."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=128)
    address = models.CharField(max_length=256, blank=True)
    mail_address = models.CharField(max_length=254, blank=True)  # the organiser of the appointments in calendars
    phone = models.CharField(max_length=32, blank=True)
    cell_minutes = models.PositiveSmallIntegerField(default=10)
    capture_cells = models.PositiveSmallIntegerField(default=2)
    collection_cells = models.PositiveSmallIntegerField(default=1)
    both_cells = models.PositiveSmallIntegerField(default=3)  # one person collects a card and is captured for another

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cell_minutes__gt=0, capture_cells__gt=0, collection_cells__gt=0), name="cells_are_positive"
            ),
            models.CheckConstraint(condition=Q(both_cells__gt=F("capture_cells")), name="both_take_longer_than_one"),
        )

    def __str__(self) -> str:
        return self.code


class OpeningHours(models.Model):
    """When a site is open on a weekday (0 = Monday), with how many counters, between two dates (`until` excluded)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="opening_hours")
    season = models.CharField(max_length=16, choices=[(each.value, each.value) for each in Season], default="ordinary")
    service = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Service], default="counter")
    weekday = models.PositiveSmallIntegerField()
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    counters = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        ordering = ("weekday", "opens_at")
        constraints = (
            models.CheckConstraint(condition=Q(weekday__lt=WEEKDAYS), name="weekday_is_a_day_of_the_week"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="opens_before_it_closes"),
            models.CheckConstraint(condition=Q(counters__gt=0), name="there_is_a_counter"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_from__lt=F("valid_until")), name="hours_hold_for_a_day"
            ),
            models.CheckConstraint(condition=Q(season__in=[each.value for each in Season]), name="season_is_known"),
            models.CheckConstraint(condition=Q(service__in=[each.value for each in Service]), name="service_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.weekday} {self.opens_at}-{self.closes_at}"

    def hours(self) -> Hours:
        """The row as the timetable reckons with it."""
        return Hours(
            self.weekday,
            self.opens_at,
            self.closes_at,
            self.valid_from,
            self.counters,
            self.valid_until,
            Season(self.season),
            Service(self.service),
        )


class SchoolHolidays(models.Model):
    """School holidays, both days included: a regulation fixes them for each year, so they are entered, not reckoned."""

    name = models.CharField(max_length=64)
    first_day = models.DateField(unique=True)
    last_day = models.DateField()
    source = models.CharField(max_length=128)

    class Meta:
        verbose_name_plural = "school holidays"
        constraints = (
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="holidays_begin_before_they_end"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.first_day}"


class ClosedDay(models.Model):
    """A day on which a site is closed beside the legal holidays."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()
    reason = models.CharField(max_length=128)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day"), name="closed_once"),)

    def __str__(self) -> str:
        return f"{self.site} {self.day}"


class Counter(models.Model):
    """What a counter can do, where it cannot do everything: one without a camera takes no photos."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="counters")
    number = models.PositiveSmallIntegerField()
    for_capture = models.BooleanField(default=True)
    for_collection = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("site", "number"), name="one_counter_per_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="counters_count_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.site}/{self.number}"


class CounterClosure(models.Model):
    """A time in which one counter is not open: its scanner is away, its officer too."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="counter_closures")
    counter = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=128)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="closure_has_a_length"),)

    def __str__(self) -> str:
        return f"{self.site_id}/{self.counter} {self.starts_at}"


class Booking(models.Model):
    """One appointment of one case. Those of one `visit` lie side by side at one counter: a family, or one who collects
    a card and is captured for another. `uid` and `sequence` are those of the calendar (RFC 5545)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bookings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="bookings")
    purpose = models.CharField(max_length=16, choices=Purpose)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    counter = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=BookingState, default=BookingState.BOOKED)
    booked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.DESK)
    visit = models.UUIDField(db_index=True, default=uuid.uuid4)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    sequence = models.PositiveIntegerField(default=0)
    mail_address = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering = ("starts_at", "counter")
        constraints = (
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="booking_has_a_length"),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="purpose_is_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="channel_is_known"),
            models.UniqueConstraint(
                fields=("case", "purpose"),
                condition=Q(state=BookingState.BOOKED.value),
                name="one_open_booking_per_purpose",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.purpose} {self.starts_at}"


class BookedUnit(models.Model):
    """Five minutes of one counter, held by a booking until it is cancelled; `unit` counts them from 1970."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="units")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    counter = models.PositiveSmallIntegerField()
    unit = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "counter", "unit"), name="one_booking_per_unit"),)

    def __str__(self) -> str:
        return f"{self.site_id}/{self.counter} {self.unit}"


class Invitation(models.Model):
    """The right to book one visit with the one-time code of a letter, for a case and those of its family that come
    along. The code itself is nowhere."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="invitations")
    companions = models.ManyToManyField(Case, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=16, choices=Purpose)
    salt = models.BinaryField()
    code_hash = models.BinaryField()  # scrypt over salt and code
    issued_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # wrong ones, and those that are being checked
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(issued_at__lt=F("expires_at")), name="invitation_holds_for_a_while"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="invitation_purpose_is_known"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, booking__isnull=True)
                | Q(used_at__isnull=False, booking__isnull=False),
                name="a_used_code_has_booked",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="used_or_revoked_not_both"
            ),
            models.UniqueConstraint(
                fields=("case", "purpose"),
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_per_purpose",
            ),
        )

    def __str__(self) -> str:
        return f"invitation of {self.case_id} for {self.purpose}"


class Errand(models.TextChoices):
    """Why a person stands in the queue of the day."""

    CAPTURE = "capture", "photo and fingerprints"
    COLLECTION = "collection", "collects the card"
    FILING = "filing", "hands documents in, or asks"


class TicketState(models.TextChoices):
    """Where a person in the queue stands."""

    WAITING = "waiting", "waits to be called"
    CALLED = "called", "at the counter, or on the way there"
    HELD = "held", "fetches something and comes back"
    SERVED = "served", "served"
    LEFT = "left", "left without being served"


class Ticket(models.Model):
    """A number in the queue of one site on one day; `due_at` is the appointment's time, nothing for a walk-in."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    errand = models.CharField(max_length=16, choices=Errand)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="ticket", null=True)
    due_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=TicketState, default=TicketState.WAITING)
    counter = models.PositiveSmallIntegerField(null=True)
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("day", "number")
        constraints = (
            models.UniqueConstraint(fields=("site", "day", "number"), name="a_number_once_a_day"),
            models.UniqueConstraint(
                fields=("site", "day", "counter"),
                condition=Q(state=TicketState.CALLED.value),
                name="one_person_per_counter",
            ),
            models.CheckConstraint(condition=Q(state__in=TicketState.values), name="ticket_state_is_known"),
            models.CheckConstraint(condition=Q(errand__in=Errand.values), name="errand_is_known"),
            models.CheckConstraint(
                condition=Q(booking__isnull=True, due_at__isnull=True) | Q(booking__isnull=False, due_at__isnull=False),
                name="an_appointment_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=TicketState.CALLED.value) | Q(counter__isnull=False, called_at__isnull=False),
                name="who_is_called_knows_where",
            ),
        )

    def __str__(self) -> str:
        return f"{self.site_id} {self.day} {self.number}"
