"""Taking a person's prints: the scanner, the judge, the collection and the officer brought together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from enrolment.fingerprints.capturing import Listener, ignore_event
from enrolment.fingerprints.clock import Clock, SystemClock
from enrolment.fingerprints.collection import Attempt, Event, FingerCollection, Question, State, Veto
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.policy import FingerPolicy, MissingFinger, Taking, WhenTemporary
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import FingerScanner, ScannerSession
from enrolment.fingerprints.supply import MODE_OF, PrintSource, Scanning, SingleFingers, Slaps, Supplied

Fact = str | int | float | bool | None | list[str]


class Outcome(Enum):
    """What came of it."""

    COMPLETE = "complete"
    ONE_FINGER = "one_finger"  # only one can be had, for good
    NO_FINGER = "no_finger"  # none can be had, for good: the card is issued without
    EXEMPT_BY_AGE = "exempt_by_age"
    POSTPONED = "postponed"  # not possible now: another appointment
    SHORT_VALIDITY = "short_validity"  # not possible now: a card of twelve months at most


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the record: what happened when, to which finger, in numbers and words. Never a print."""

    at: datetime
    what: str
    position: FingerPosition | None = None
    facts: dict[str, Fact] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """For journals."""
        finger = {"position": self.position.label} if self.position else {}
        return {"at": self.at.isoformat(), "what": self.what, **finger, **self.facts}


@dataclass(frozen=True, slots=True)
class TakenFinger:
    """A print that was kept, with all that must be stored beside it."""

    image: FingerImage
    quality: int | None
    algorithm: str
    threshold: int
    is_sufficient: bool
    captures: int
    reasons: tuple[str, ...]
    veto: Veto | None
    attack_score: float | None


@dataclass(frozen=True, slots=True)
class FingerAcquisition:
    """The prints of one person, or why there are fewer than wanted."""

    outcome: Outcome
    fingers: tuple[TakenFinger, ...]
    missing: tuple[MissingFinger, ...]
    log: tuple[LogEntry, ...]

    @property
    def images(self) -> tuple[FingerImage, ...]:
        """The prints alone, in the order in which they were taken."""
        return tuple(finger.image for finger in self.fingers)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer answers: USE with a veto, RECAPTURE, NEXT_FINGER, RESTART; or a finger that cannot be taken."""

    event: Event
    veto: Veto | None = None
    missing: MissingFinger | None = None


class Officer(Protocol):
    """Whoever watches over the taking of prints."""

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        """How to go on. `collection.best_attempt()` is the print in question."""
        ...

    def accepts(self, attempt: Attempt) -> bool:
        """Whether a print that is good by measurement is taken; False asks for the finger again."""
        ...


class UnattendedOfficer:
    """Answers without a person, for demonstrations and tests: never overrules; starts anew, once, where two fingers
    turn out to be one; asks a doubtful finger for once more; then goes on to the next."""

    def __init__(self) -> None:
        self._asked: set[FingerPosition] = set()
        self._has_restarted = False

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        """RESTART or RECAPTURE once, else NEXT_FINGER."""
        position = collection.position
        if question is Question.SAME_FINGER_AGAIN and not self._has_restarted:
            self._has_restarted = True
            return Answer(Event.RESTART)
        if question is Question.NOT_GOOD_ENOUGH or position is None or position in self._asked:
            return Answer(Event.NEXT_FINGER)
        self._asked.add(position)
        return Answer(Event.RECAPTURE)

    def accepts(self, attempt: Attempt) -> bool:
        """Whatever the measurement took."""
        return attempt.is_sufficient


def leave_alone(session: ScannerSession) -> None:
    """For callers who neither cancel nor force."""


def acquire(
    scanner: FingerScanner,
    quality: QualityJudge,
    policy: FingerPolicy,
    *,
    age_years: int | None = None,
    missing: Iterable[MissingFinger] = (),
    officer: Officer | None = None,
    clock: Clock | None = None,
    listen: Listener = ignore_event,
    opened: Callable[[ScannerSession], None] = leave_alone,
    log: list[LogEntry] | None = None,
) -> FingerAcquisition:
    """Takes the prints that `policy` wants, with as many captures as it allows.

    `age_years` decides whether prints are taken at all; `missing` are fingers known not to be there; every scanner
    event goes to `listen`. `opened` is handed the session, by which another thread may cancel or force. `log` may be
    handed in to keep the record of an acquisition that an error ends.
    Raises ScannerError and its kinds (timeout, cancelled, gone, busy, tampered) where the scanner gives nothing.
    """
    time, record = clock or SystemClock(), log if log is not None else []
    if age_years is not None and policy.is_exempt(age_years):
        record.append(LogEntry(time.now(), "exempt_by_age", facts={"under_years": policy.exempt_under_years}))
        return FingerAcquisition(Outcome.EXEMPT_BY_AGE, (), (), tuple(record))
    collection = FingerCollection.begin(policy, missing)
    for position, reason in collection.missing.items():
        record.append(LogEntry(time.now(), "missing", position, {"reason": reason.value}))
    if collection.state is not State.DONE:
        with scanner.open() as session:
            opened(session)
            desk = Desk(session, quality, collection, officer or UnattendedOfficer(), time, listen, record)
            desk.run()
    return conclude(collection, quality, time, record)


@dataclass(frozen=True, slots=True)
class Desk:
    """One acquisition while it runs."""

    session: ScannerSession
    quality: QualityJudge
    collection: FingerCollection
    officer: Officer
    clock: Clock
    listen: Listener
    record: list[LogEntry]

    def run(self) -> None:
        """Captures and asks until the collection is done."""
        device, policy = self.session.info, self.collection.policy
        self.write(
            "scanner",
            None,
            device_id=device.device_id,
            ppi=device.ppi,
            firmware=device.firmware,
            timeout_ms=policy.timeout_ms,
            taking=policy.taking.value,
        )
        scanning = Scanning(self.session, policy.timeout_ms, self.listen, self.write)
        slaps = Slaps(scanning, lambda: self.collection.missing) if policy.taking is Taking.SLAPS else None
        source = slaps or SingleFingers(scanning)
        while self.collection.state is not State.DONE:
            if self.collection.state is State.CAPTURE:
                self.take_one(source)
            else:
                self.ask(source)
        if slaps is not None:
            self.prefer_one_slap(slaps)

    def write(self, what: str, position: FingerPosition | None, **facts: Fact) -> None:
        """One line of the record."""
        self.record.append(LogEntry(self.clock.now(), what, position, facts))

    def take_one(self, source: PrintSource) -> None:
        """One print of the finger that is next, judged and handed in."""
        position = self.collection.position
        assert position is not None
        supplied = source.print_of(position)
        report = self.quality.judge(supplied.image)
        kept_before = len(self.collection.taken)
        attempt = self.collection.record(
            supplied.image,
            report,
            supplied.attack_score,
            attack_suspected=bool(supplied.attack_suspected),
            hand_doubted=supplied.hand_doubted,
        )
        self.write(
            "capture",
            position,
            attempt=attempt.number,
            slap=supplied.slap,
            quality=report.stored_value,
            threshold=attempt.threshold,
            algorithm=report.algorithm,
            reasons=[reason.value for reason in report.reasons],
            attack_score=attempt.attack_score,
            attack_suspected=supplied.attack_suspected,
            uniqueness_checked=report.template is not None,
            same_as=attempt.same_as.label if attempt.same_as else None,
            hand_doubted=supplied.hand_doubted,
            forced=supplied.was_forced,
        )
        if len(self.collection.taken) > kept_before and not self.officer.accepts(attempt):
            self.collection.refuse_last()
            source.forget()
            self.write("veto", position, veto=Veto.REFUSED.value)

    def prefer_one_slap(self, slaps: Slaps) -> None:
        """Where both fingers belong to one slap but were kept from two, and one slap has both of them good, that slap
        is taken, even if another has a better print of one (TR-03121-3 Vol 2, section 4.6)."""
        kept = self.collection.taken
        positions = [attempt.image.position for attempt in kept]
        own = [[id(slap[p].image) for p in positions if p in slap] for slap in slaps.taken]
        is_one_slap = any(all(id(attempt.image) in images for attempt in kept) for images in own)
        settled = len(kept) < 2 or len({MODE_OF[position] for position in positions}) > 1
        if settled or is_one_slap or any(attempt.veto is not None for attempt in kept):
            return
        for number, slap in enumerate(slaps.taken, start=1):
            better = [self.weigh(slap[position]) for position in positions if position in slap]
            if len(better) == len(kept) and all(each.is_sufficient and each.is_keepable for each in better):
                self.collection.exchange(better)
                self.write("one_slap_preferred", None, slap=number)
                return

    def weigh(self, supplied: Supplied) -> Attempt:
        """A print as an attempt, which is not put on record."""
        suspected, report = bool(supplied.attack_suspected), self.quality.judge(supplied.image)
        return self.collection.weigh(supplied.image, report, supplied.attack_score, suspected, supplied.hand_doubted)

    def ask(self, source: PrintSource) -> None:
        """Puts the open question to the officer and follows the answer."""
        question, position = self.collection.question, self.collection.position
        assert question is not None
        answer = self.officer.answer(question, self.collection)
        self.write(
            "decision",
            position,
            question=question.value,
            answer=answer.event.value,
            veto=answer.veto.value if answer.veto else None,
        )
        if answer.event in (Event.RECAPTURE, Event.RESTART):
            source.forget()
        if answer.missing is not None:
            self.collection.declare_missing(answer.missing)
            self.write("missing", answer.missing.position, reason=answer.missing.reason.value)
            if answer.missing.position is position:
                return
        self.collection.decide(answer.event, answer.veto)


def conclude(
    collection: FingerCollection, quality: QualityJudge, clock: Clock, record: list[LogEntry]
) -> FingerAcquisition:
    """What a finished collection amounts to under its policy."""
    wanted, kept = collection.policy.fingers_wanted, collection.taken
    missing = tuple(MissingFinger(position, reason) for position, reason in sorted(collection.missing.items()))
    outcome = Outcome.COMPLETE
    if len(kept) < wanted:
        # Fingers that only had no luck today count as temporary where a bandage hides the better ones.
        if any(finger.reason.is_temporary for finger in missing):
            postpone = collection.policy.when_temporary is WhenTemporary.POSTPONE
            outcome = Outcome.POSTPONED if postpone else Outcome.SHORT_VALIDITY
        else:
            outcome = Outcome.ONE_FINGER if kept else Outcome.NO_FINGER
    fingers = () if outcome is Outcome.POSTPONED else tuple(describe(attempt, collection, quality) for attempt in kept)
    facts: dict[str, Fact] = {"outcome": outcome.value, "threshold_source": collection.policy.threshold_source}
    record.append(LogEntry(clock.now(), "finished", facts=facts))
    return FingerAcquisition(outcome, fingers, missing, tuple(record))


def describe(attempt: Attempt, collection: FingerCollection, quality: QualityJudge) -> TakenFinger:
    """A kept attempt as the card's makers need it."""
    position = attempt.image.position
    return TakenFinger(
        image=attempt.image,
        quality=attempt.report.score,
        algorithm=quality.algorithm,
        threshold=attempt.threshold,
        is_sufficient=attempt.is_sufficient,
        captures=sum(other.image.position is position for other in collection.attempts),
        reasons=tuple(reason.value for reason in attempt.report.reasons),
        veto=attempt.veto,
        attack_score=attempt.attack_score,
    )
