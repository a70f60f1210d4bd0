"""Sites, their opening hours, bookings.

A booking takes whole cells of the counter's day: the database lets no two overlap.
"""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models import Case

WEEKDAYS = 7


class Purpose(models.TextChoices):
    """Why a person comes."""

    CAPTURE = "capture", "photo and fingerprints"
    COLLECTION = "collection", "collects the card"


class BookingState(models.TextChoices):
    """What became of a booking."""

    BOOKED = "booked", "booked"
    KEPT = "kept", "the person came"
    CANCELLED = "cancelled", "cancelled"
    NO_SHOW = "no_show", "the person did not come"


class Site(models.Model):
    """A place where people are received. `cell_minutes` is the grid of its day."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=128)
    address = models.CharField(max_length=256, blank=True)
    cell_minutes = models.PositiveSmallIntegerField(default=10)
    capture_cells = models.PositiveSmallIntegerField(default=2)
    collection_cells = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cell_minutes__gt=0, capture_cells__gt=0, collection_cells__gt=0), name="cells_are_positive"
            ),
        )

    def __str__(self) -> str:
        return self.code

    def cells_for(self, purpose: str) -> int:
        """How many cells an appointment of that purpose takes."""
        return self.capture_cells if purpose == Purpose.CAPTURE else self.collection_cells


class OpeningHours(models.Model):
    """When a site is open on a weekday (0 = Monday), with how many counters, between two dates (`until` excluded)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="opening_hours")
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
        )

    def __str__(self) -> str:
        return f"{self.site} {self.weekday} {self.opens_at}-{self.closes_at}"


class ClosedDay(models.Model):
    """A day on which a site is closed beside the legal holidays."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField()
    reason = models.CharField(max_length=128)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "day"), name="closed_once"),)

    def __str__(self) -> str:
        return f"{self.site} {self.day}"


class Booking(models.Model):
    """One appointment of one case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bookings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="bookings")
    purpose = models.CharField(max_length=16, choices=Purpose)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    counter = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=16, choices=BookingState, default=BookingState.BOOKED)
    booked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_at", "counter")
        constraints = (
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="booking_has_a_length"),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_is_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="purpose_is_known"),
            models.UniqueConstraint(
                fields=("case", "purpose"),
                condition=Q(state=BookingState.BOOKED.value),
                name="one_open_booking_per_purpose",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.purpose} {self.starts_at}"


class BookedCell(models.Model):
    """One cell of one counter's day, held by a booking until it is cancelled."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="cells")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    counter = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "counter", "starts_at"), name="one_booking_per_cell"),)

    def __str__(self) -> str:
        return f"{self.site_id}/{self.counter} {self.starts_at}"
