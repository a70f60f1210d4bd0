"""The errors of `enrolment.fingerprints`, by who must act.

FingerprintError
├── FingerImageError         an image or a file is not what was wanted; carries `where` and `wanted`
│   └── WsqError             bytes are not a WSQ image that can be used, or an image cannot be made one
├── PolicyError              a finger policy is not one; carries `key`, `wanted`
├── SequenceError            we asked for a step that the acquisition does not allow now
├── EngineMissing            a library that was asked for is not installed on this machine
└── ScannerError             the scanner, or the finger on it
    ├── ScannerMissing       no such scanner
    │   └── StackMissing     what speaks to scanners of this kind is not installed here; carries `remedy`
    ├── ScannerBusy          somebody else holds it
    ├── ScannerNotReady      it is there and cannot be used now
    ├── ScannerGone          it was unplugged, or lost its power
    ├── ScannerTampered      it says that it was opened or altered
    ├── ScannerAnswerError   it, or its service, answered wrong; carries `code` where it gave one
    ├── CaptureNotOffered    it cannot take such a capture
    ├── CaptureTimeout       nobody laid a finger down in time; carries `timeout_ms`
    ├── CaptureCancelled     the officer, or the page, called it off
    ├── CaptureRetry         the scanner wants another try; carries `hint`
    └── WrongFingerCount     more or fewer fingers than were asked for; carries `wanted`, `seen`
No print, name or number of a person ever stands in one of their texts.
"""


class FingerprintError(Exception):
    """What `enrolment.fingerprints` raises for a reason that it knows."""


class FingerImageError(FingerprintError):
    """An image or a file is not what was wanted: `where` it stands, `wanted` in a few words."""

    def __init__(self, where: str, what: str, wanted: str) -> None:
        super().__init__(f"{where}: {what}; wanted {wanted}")
        self.where, self.wanted = where, wanted


class WsqError(FingerImageError):
    """Bytes are not a WSQ image that can be used, or an image cannot be made one."""


class PolicyError(FingerprintError):
    """A finger policy is not one: its `key` holds something else than `wanted`."""

    def __init__(self, key: str, wanted: str) -> None:
        super().__init__(f"finger policy, {key}: wanted {wanted}")
        self.key, self.wanted = key, wanted


class SequenceError(FingerprintError):
    """A step was asked for that the acquisition does not allow now."""


class EngineMissing(FingerprintError):
    """A library that was asked for is not installed on this machine."""


class ScannerError(FingerprintError):
    """The scanner, or the finger on it, stands in the way."""


class ScannerMissing(ScannerError):
    """There is no such scanner."""


class StackMissing(ScannerMissing):
    """What speaks to scanners of this kind is not installed on this machine; `remedy` says what to install."""

    def __init__(self, stack: str, remedy: str) -> None:
        super().__init__(f"device stack missing: {stack}; {remedy}")
        self.stack, self.remedy = stack, remedy


class ScannerBusy(ScannerError):
    """Somebody else holds the scanner."""


class ScannerNotReady(ScannerError):
    """The scanner is there and cannot be used now."""


class ScannerGone(ScannerError):
    """The scanner was unplugged, or lost its power."""


class ScannerTampered(ScannerError):
    """The scanner says that it was opened or altered; nothing it delivers may be used."""


class ScannerAnswerError(ScannerError):
    """The scanner, its driver or its service answered wrong; `code` is its own number for it, where it gave one."""

    def __init__(self, what: str, code: int | None = None) -> None:
        super().__init__(what if code is None else f"{what} (code {code})")
        self.code = code


class CaptureNotOffered(ScannerError):
    """The scanner cannot take such a capture."""


class CaptureTimeout(ScannerError):
    """No finger in time."""

    def __init__(self, timeout_ms: int) -> None:
        super().__init__(f"no finger on the scanner within {timeout_ms} ms")
        self.timeout_ms = timeout_ms


class CaptureCancelled(ScannerError):
    """The capture was called off."""

    def __init__(self) -> None:
        super().__init__("the capture was called off")


class CaptureRetry(ScannerError):
    """The scanner wants another try; `hint` says what must change (a value of `LiveState` or `RetryHint`)."""

    def __init__(self, hint: str) -> None:
        super().__init__(f"the scanner wants another try: {hint}")
        self.hint = hint


class WrongFingerCount(ScannerError):
    """More or fewer fingers on the scanner than were asked for."""

    def __init__(self, wanted: int, seen: int) -> None:
        super().__init__(f"{seen} fingers on the scanner; wanted {wanted}")
        self.wanted, self.seen = wanted, seen
