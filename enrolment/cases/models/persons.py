"""Persons, what they are entitled to, what happened to them, and who may be the same one."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.applications.model import Sex

STATE_CODE = 3


class Person(models.Model):
    """A person as the papers name them, in the original script and in Latin letters.

    Two rows that are found to be one person are linked by `same_as` (always to the earliest), never merged: each keeps
    what its own papers said.
    """

    surname = models.CharField(max_length=256)
    given_names = models.CharField(max_length=256, blank=True)
    latin_surname = models.CharField(max_length=256, blank=True)
    latin_given_names = models.CharField(max_length=256, blank=True)
    birth_date = models.CharField(max_length=10)  # YYYY-MM-DD, unknown parts XX
    birth_place = models.CharField(max_length=256, blank=True)
    sex = models.CharField(max_length=1, choices=[(sex.value, sex.value) for sex in Sex])
    language = models.CharField(max_length=2, blank=True)  # the second language of papers
    search_name = models.CharField(max_length=512, blank=True, db_index=True)  # the name's words, folded and sorted
    search_surname = models.CharField(max_length=256, blank=True, db_index=True)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="other_records")
    registered_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("birth_date", "surname"), name="person_by_birth_and_name"),)
        constraints = (
            models.CheckConstraint(condition=Q(sex__in=[sex.value for sex in Sex]), name="sex_is_known"),
            models.CheckConstraint(condition=~Q(surname=""), name="person_has_a_surname"),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | Q(same_as__lt=F("id")), name="the_same_person_is_the_earlier_record"
            ),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"


class Nationality(models.Model):
    """One of a person's nationalities; the first is the one on the card."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="nationalities")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=STATE_CODE)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("person", "code"), name="a_nationality_once"),
            models.UniqueConstraint(fields=("person", "position"), name="one_nationality_per_position"),
        )

    def __str__(self) -> str:
        return self.code


class SameVerdict(models.TextChoices):
    """What an officer found about two records that look alike."""

    OPEN = "open", "not looked at yet"
    SAME = "same", "one person"
    DIFFERENT = "different", "two persons"


class PossibleDuplicate(models.Model):
    """Two records with the same name and a birth date that may be the same, for an officer to judge."""

    earlier = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    later = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="possible_duplicates")
    found_at = models.DateTimeField()
    verdict = models.CharField(max_length=16, choices=SameVerdict, default=SameVerdict.OPEN)
    reason = models.CharField(max_length=256, blank=True)
    judged_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("earlier", "later"), name="a_pair_is_looked_at_once"),
            models.CheckConstraint(condition=Q(earlier__lt=F("later")), name="a_pair_is_two_records"),
            models.CheckConstraint(condition=Q(verdict__in=SameVerdict.values), name="same_verdict_is_known"),
            models.CheckConstraint(
                condition=Q(verdict=SameVerdict.OPEN.value)
                | (~Q(reason="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                name="who_judges_a_pair_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"pair {self.pk}"


class EndGround(models.TextChoices):
    """Why a status ended. That a card expired is no ground: expiry never loses status (art. 14, R38)."""

    DECISION = "decision", "withdrawn by decision"
    REMOVAL = "removal", "removal decision"
    ABSENCE = "absence", "absence beyond the law's limits"
    OTHER_STATE = "other_state", "the status was given in another Member State"
    NATURALISED = "naturalised", "became a citizen"
    REPLACED = "replaced", "another status took its place"
    DEATH = "death", "died"


class PersonStatus(models.Model):
    """What a person is entitled to, by product, since when: it lives on when a card expires."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="statuses")
    kind = models.CharField(max_length=64)  # the product's code
    since = models.DateField()
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="statuses", null=True)
    ended_on = models.DateField(null=True)
    end_ground = models.CharField(max_length=16, blank=True, choices=EndGround)
    end_reason = models.CharField(max_length=256, blank=True)
    ended_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind"), condition=Q(ended_on__isnull=True), name="one_live_status_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(end_ground__in=["", *EndGround.values]), name="end_ground_is_known"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_ground="")
                | (Q(ended_on__isnull=False, ended_on__gte=F("since"), ended_by__isnull=False) & ~Q(end_ground="")),
                name="a_status_ends_on_a_ground",
            ),
        )

    def __str__(self) -> str:
        return f"status {self.kind} of {self.person_id}"


class PersonEventKind(models.TextChoices):
    """What concerns all documents of a person."""

    REMOVAL = "removal", "removal decision (art. 28)"
    DEPARTURE = "departure", "left the country (art. 26)"
    READMISSION = "readmission", "readmitted (art. 10bis, 15)"


class PersonEvent(models.Model):
    """One thing that happened to a person; entered once, whoever presses twice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=PersonEventKind)
    reference = models.CharField(max_length=64)  # of the decision or declaration
    occurred_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "kind", "reference"), name="an_event_is_entered_once"),
            models.CheckConstraint(condition=Q(kind__in=PersonEventKind.values), name="person_event_kind_is_known"),
            models.CheckConstraint(condition=~Q(reference=""), name="a_person_event_has_its_reference"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class AddressVisa(models.Model):
    """That a document was stamped («visé») by the commune of the new address (art. 25, R08)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="address_visas")
    document_kind = models.CharField(max_length=64)
    document_number = models.CharField(max_length=32, blank=True)
    commune = models.CharField(max_length=128)
    address = models.CharField(max_length=256)
    arrived_on = models.DateField()
    entered_on = models.DateField()
    is_late = models.BooleanField(default=False)
    entered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("entered_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "document_kind", "document_number", "arrived_on"), name="an_arrival_is_stamped_once"
            ),
            models.CheckConstraint(condition=Q(entered_on__gte=F("arrived_on")), name="a_visa_follows_the_arrival"),
        )

    def __str__(self) -> str:
        return f"visa of {self.person_id}"
