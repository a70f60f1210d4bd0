"""The order of taking fingers, as a table of states: which finger is next, what a capture leads to, what is kept.

It holds no scanner and draws no page: whoever drives it hands in judgements and decisions and reads what is next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from enrolment.fingerprints.errors import SequenceError
from enrolment.fingerprints.finger import FingerImage, FingerPosition, Hand
from enrolment.fingerprints.matching import match_templates
from enrolment.fingerprints.policy import FingerPolicy, MissingFinger, MissingReason
from enrolment.fingerprints.quality import QualityReport, Reason

# What is no print at all can never be "the best of three".
NO_PRINT = frozenset(
    {Reason.NO_CONTACT, Reason.TINY_CONTACT, Reason.NO_RIDGES, Reason.NOISE, Reason.STRIPES, Reason.NOT_SCORED}
)


class State(Enum):
    """Where the taking of fingers stands."""

    CAPTURE = "capture"  # `position` is to be captured
    DECIDE = "decide"  # the officer must say how to go on; `question` says about what
    DONE = "done"


class Event(Enum):
    """What a capture, or the officer, brought about."""

    SUFFICIENT = "sufficient"
    POOR = "poor"  # and the policy allows another try
    EXHAUSTED = "exhausted"  # poor, and it was the last try
    SUSPICIOUS = "suspicious"  # the same finger again, the other hand, or an attack is suspected
    USE = "use"
    RECAPTURE = "recapture"
    NEXT_FINGER = "next_finger"
    RESTART = "restart"  # all prints are thrown away: the right way out of swapped hands


class Next(Enum):
    """What a step leads to."""

    SAME_FINGER = "same_finger"
    SAME_FINGER_ANEW = "same_finger_anew"  # tries are counted from one again
    KEEP = "keep"  # this hand is done
    OTHER_FINGER = "other_finger"
    ASK = "ask"
    FIRST_FINGER = "first_finger"


# Whatever the table lacks is refused in one place: `follow`.
STEPS: dict[tuple[State, Event], Next] = {
    (State.CAPTURE, Event.SUFFICIENT): Next.KEEP,
    (State.CAPTURE, Event.POOR): Next.SAME_FINGER,
    (State.CAPTURE, Event.EXHAUSTED): Next.ASK,
    (State.CAPTURE, Event.SUSPICIOUS): Next.ASK,
    (State.DECIDE, Event.USE): Next.KEEP,
    (State.DECIDE, Event.RECAPTURE): Next.SAME_FINGER_ANEW,
    (State.DECIDE, Event.NEXT_FINGER): Next.OTHER_FINGER,
    (State.DECIDE, Event.RESTART): Next.FIRST_FINGER,
}


class Question(Enum):
    """What the officer is asked about."""

    NOT_GOOD_ENOUGH = "not_good_enough"
    SAME_FINGER_AGAIN = "same_finger_again"
    ATTACK_SUSPECTED = "attack_suspected"
    OTHER_HAND = "other_hand"  # the slap looks like the hand that was not asked for


class Veto(Enum):
    """Why an officer overrules the measurement; the three of TR-03121-3 Vol 2."""

    OBVIOUS_REASON = "ok_obvious_reason"  # a disability, or skin that anybody can see
    NO_REASON = "ok_without_reason"
    REFUSED = "nok"  # good by measurement, refused by the officer


@dataclass(frozen=True, slots=True)
class Attempt:
    """One capture of one finger and what became of it."""

    image: FingerImage
    report: QualityReport
    number: int
    threshold: int
    attack_score: float | None = None
    attack_suspected: bool = False
    same_as: FingerPosition | None = None
    veto: Veto | None = None
    hand_doubted: bool = False

    @property
    def is_sufficient(self) -> bool:
        """Whether the print may be used by measurement alone."""
        return self.report.is_usable and self.report.score is not None and self.report.score >= self.threshold

    @property
    def merit(self) -> tuple[bool, int]:
        """What "the best" means: first whether anything speaks against a print, then its score."""
        return self.report.is_usable, -1 if self.report.score is None else self.report.score

    @property
    def is_keepable(self) -> bool:
        """Whether it may be kept without a person's word: a print, of the finger asked for as far as anybody can tell,
        and not refused."""
        doubtful = self.same_as is not None or self.attack_suspected or self.hand_doubted
        return self.is_print and not doubtful and self.veto is not Veto.REFUSED

    @property
    def is_print(self) -> bool:
        """Whether it is a print at all, however poor."""
        return self.report.score is not None and not NO_PRINT & set(self.report.reasons)


def suspicion_about(attempt: Attempt) -> Question | None:
    """What the officer must be asked about a print, however good it is."""
    if attempt.attack_suspected:
        return Question.ATTACK_SUSPECTED
    if attempt.same_as is not None:
        return Question.SAME_FINGER_AGAIN
    return Question.OTHER_HAND if attempt.hand_doubted else None


@dataclass(slots=True)
class FingerCollection:
    """The running collection. Change it through its methods only."""

    policy: FingerPolicy
    missing: dict[FingerPosition, MissingReason] = field(default_factory=dict)
    taken: list[Attempt] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    state: State = State.CAPTURE
    question: Question | None = None
    position: FingerPosition | None = None
    tries: int = 0
    _tried: set[FingerPosition] = field(default_factory=set)
    _hands_left: list[Hand] = field(default_factory=list)
    _kept_for: list[Hand] = field(default_factory=list)

    @classmethod
    def begin(cls, policy: FingerPolicy, missing: Iterable[MissingFinger] = ()) -> "FingerCollection":
        """A collection that stands before its first finger."""
        collection = cls(policy, {finger.position: finger.reason for finger in missing})
        collection._hands_left = list(policy.hands())
        collection.choose()
        return collection

    def available(self, hand: Hand) -> list[FingerPosition]:
        """The fingers of a hand that can still be asked for."""
        used = {attempt.image.position for attempt in self.taken} | self._tried | set(self.missing)
        return [position for position in self.policy.candidates(hand) if position not in used]

    def choose(self) -> None:
        """Moves on to the next finger of this hand; to the best that the hand gave; to the other hand; to the end."""
        self.tries, self.question = 0, None
        while self._hands_left:
            hand = self._hands_left[0]
            candidates = self.available(hand)
            if not candidates and not self.has_print_of(hand):
                other = self._hands_left[-1]
                if other is not hand and self.available(other):
                    self.give_up_tried()
                    self._hands_left.reverse()  # the other hand gives its own finger first, then stands in
                    continue
                candidates = self.available(Hand.LEFT if hand is Hand.RIGHT else Hand.RIGHT)
            if candidates:
                self.state, self.position = State.CAPTURE, candidates[0]
                return
            self.keep_best()
        self.state, self.position = State.DONE, None

    def has_print_of(self, hand: Hand) -> bool:
        """Whether this hand gave something, however poor, that was not kept yet."""
        return any(attempt.image.position.hand is hand and attempt.is_keepable for attempt in self.open_attempts())

    def open_attempts(self) -> list[Attempt]:
        """What was captured and not kept, of fingers that nothing was kept of."""
        kept = {attempt.image.position for attempt in self.taken}
        return [attempt for attempt in self.attempts if attempt.image.position not in kept]

    def keep_best(self) -> None:
        """Keeps the best print of the fingers tried for this hand, if any is a print, and ends with the hand.

        The highest score; among equals the finger that comes first in the policy's order, then the latest capture.
        """
        prints = [
            attempt for attempt in self.open_attempts() if attempt.image.position in self._tried and attempt.is_keepable
        ]
        if prints:
            order = self.policy.order
            best = max(prints, key=lambda a: (a.merit, -order.index(a.image.position.digit), a.number))
            self.keep(best)
        self.end_hand()

    def keep(self, attempt: Attempt) -> None:
        """Puts a print among those that the card will carry."""
        self.taken.append(attempt)
        self._kept_for.append(self._hands_left[0])

    def end_hand(self) -> None:
        """The hand is done."""
        self.give_up_tried()
        self._hands_left.pop(0)

    def give_up_tried(self) -> None:
        """What was tried in vain counts as unreadable from here on."""
        kept = {attempt.image.position for attempt in self.taken}
        for position in self._tried - kept:
            self.missing.setdefault(position, MissingReason.UNREADABLE)
        self._tried.clear()

    def record(
        self,
        image: FingerImage,
        report: QualityReport,
        attack_score: float | None = None,
        attack_suspected: bool = False,
        hand_doubted: bool = False,
    ) -> Attempt:
        """Takes in one capture of `position`. Raises SequenceError where none was asked for."""
        if self.state is not State.CAPTURE or image.position is not self.position:
            raise SequenceError("a capture was handed in that nobody asked for")
        self.tries += 1
        attempt = self.weigh(image, report, attack_score, attack_suspected, hand_doubted)
        self.attempts.append(attempt)
        self.follow(self.judge(attempt), None)
        return attempt

    def weigh(
        self,
        image: FingerImage,
        report: QualityReport,
        attack_score: float | None = None,
        attack_suspected: bool = False,
        hand_doubted: bool = False,
    ) -> Attempt:
        """What one capture is, held against the policy and against every finger captured before; records nothing."""
        return Attempt(
            image,
            report,
            self.tries,
            self.policy.threshold(image.position),
            attack_score,
            attack_suspected,
            self.twin_of(image.position, report),
            hand_doubted=hand_doubted,
        )

    def judge(self, attempt: Attempt) -> Event:
        """What an attempt is worth; sets the question where the officer must answer one."""
        suspicion = suspicion_about(attempt)
        if suspicion is not None:
            self.question = suspicion
            return Event.SUSPICIOUS
        if attempt.is_sufficient:
            return Event.SUFFICIENT
        if self.tries < self.policy.captures_per_finger:
            return Event.POOR
        self.question = Question.NOT_GOOD_ENOUGH
        return Event.EXHAUSTED

    def twin_of(self, position: FingerPosition, report: QualityReport) -> FingerPosition | None:
        """The finger of another position, captured before, that this print is of; None where there is none."""
        if report.template is None:
            return None
        for earlier in self.attempts:
            if earlier.image.position is position or earlier.report.template is None or not earlier.is_print:
                continue
            result = match_templates(earlier.report.template, report.template, self.policy.same_finger_threshold)
            if result.is_same_finger:
                return earlier.image.position
        return None

    def decide(self, event: Event, veto: Veto | None = None) -> None:
        """The officer's answer. USE needs a veto that says why. Raises SequenceError for what cannot be answered."""
        if event is Event.USE and (veto is None or veto is Veto.REFUSED):
            raise SequenceError("to use a print against the measurement wants a reason")
        if event is Event.USE and not self.best_attempt():
            raise SequenceError("there is no print that could be used")
        self.follow(event, veto)

    def best_attempt(self) -> Attempt | None:
        """The best print of the current finger: the last one where that is in question, else the best of all tries."""
        own = [a for a in self.attempts if a.image.position is self.position and a.is_print]
        own = [a for a in own if a.veto is not Veto.REFUSED]
        if self.question not in (None, Question.NOT_GOOD_ENOUGH):
            return own[-1] if own and own[-1] is self.attempts[-1] else None
        return max(own, key=lambda a: (a.merit, a.number), default=None)

    def refuse_last(self) -> None:
        """The officer refuses the print that was just kept as sufficient: the finger is asked for again."""
        if not self.taken:
            raise SequenceError("no print was kept that could be refused")
        refused = self.taken.pop()
        self.attempts = [replace(a, veto=Veto.REFUSED) if a.image is refused.image else a for a in self.attempts]
        self._hands_left.insert(0, self._kept_for.pop())
        self.state, self.position, self.tries, self.question = State.CAPTURE, refused.image.position, 0, None

    def start_anew(self) -> None:
        """Forgets every print; what the officer said to be missing stays so."""
        self.missing = {key: why for key, why in self.missing.items() if why is not MissingReason.UNREADABLE}
        self.taken, self.attempts, self._kept_for = [], [], []
        self._tried.clear()
        self._hands_left = list(self.policy.hands())
        self.choose()

    def exchange(self, better: Iterable[Attempt]) -> None:
        """Puts prints of the same fingers in the place of those kept. Raises SequenceError before the end."""
        instead = {attempt.image.position: attempt for attempt in better}
        if self.state is not State.DONE or not set(instead) <= {kept.image.position for kept in self.taken}:
            raise SequenceError("prints can be exchanged at the end only, for others of the same fingers")
        self.taken = [instead.get(kept.image.position, kept) for kept in self.taken]

    def declare_missing(self, finger: MissingFinger) -> None:
        """The officer says that a finger cannot be taken; where it was asked for, the next one is."""
        self.missing[finger.position] = finger.reason
        if self.position is finger.position:
            self.choose()

    def follow(self, event: Event, veto: Veto | None) -> None:
        """One step of the table. Raises SequenceError for a step that it lacks."""
        leads_to = STEPS.get((self.state, event))
        if leads_to is None or self.position is None:
            raise SequenceError(f"`{event.value}` cannot follow while the state is `{self.state.value}`")
        if leads_to is Next.ASK:
            self.state = State.DECIDE
        elif leads_to in (Next.SAME_FINGER, Next.SAME_FINGER_ANEW):
            self.state, self.question = State.CAPTURE, None
            self.tries = 0 if leads_to is Next.SAME_FINGER_ANEW else self.tries
        elif leads_to is Next.FIRST_FINGER:
            self.start_anew()
        elif leads_to is Next.OTHER_FINGER:
            self._tried.add(self.position)
            self.choose()
        else:
            kept = self.best_attempt() if event is Event.USE else self.attempts[-1]
            assert kept is not None
            self.keep(replace(kept, veto=veto))
            self._tried.add(self.position)
            self.end_hand()
            self.choose()
