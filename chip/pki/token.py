"""A security module's token as this process holds it: found, opened with its PIN, lost, and opened again (PKCS#11).

Calls take turns: the library is started without threads in mind, and a restart of it ends every session at once.
"""

import getpass
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import pkcs11
from pkcs11 import exceptions as said
from pkcs11.types import SignMixin

from chip.errors import KeyLocked, PkiError, SigningUnavailable

MODULE_VARIABLE, DEFAULT_MODULE = "STATION_HSM_MODULE", "/usr/lib/softhsm/libsofthsm2.so"
PIN_VARIABLE = "STATION_HSM_PIN"
NOT_OPEN_ANY_MORE = (  # said before anything was computed: the same may be asked again in a new session
    said.SessionHandleInvalid,
    said.SessionClosed,
    said.UserNotLoggedIn,
    said.KeyHandleInvalid,
    said.ObjectHandleInvalid,
)
FAILED = (  # whether something was computed is not known; nothing of it was handed out
    said.DeviceError,
    said.DeviceMemory,
    said.DeviceRemoved,
    said.TokenNotPresent,
    said.GeneralError,
    said.FunctionFailed,
    said.HostMemory,
)
T = TypeVar("T")
PinSource = Callable[[], str]


@dataclass(slots=True)
class TokenSession:
    """An open session, logged in, and the private keys that were found in it, by their search terms."""

    session: pkcs11.Session
    library_start: int
    keys: dict[tuple[str, bytes], SignMixin] = field(default_factory=dict)

    def find(self, terms: Mapping[pkcs11.Attribute, Any]) -> list[Any]:
        """The objects that have these attributes.

        The session is tried first: the binding's search in a lost one would complain again when it is tidied away.
        """
        with suppress(said.RandomNoRNG, said.FunctionNotSupported):
            self.session.generate_random(8)
        return list(self.session.get_objects(dict(terms)))


class _Library:
    """One PKCS#11 library of this process. Sessions count for one `start` of it only: handles are used anew."""

    def __init__(self, path: str) -> None:
        self.lock, self.start = threading.RLock(), 1
        self._process = os.getpid()
        try:
            self._library = pkcs11.lib(path)
        except (said.PKCS11Error, RuntimeError):
            raise SigningUnavailable(f"PKCS#11 library {path} cannot be loaded: set {MODULE_VARIABLE}") from None

    @property
    def was_forked(self) -> bool:
        """Whether this process is a child of the one that started the library: it must start it for itself."""
        return self._process != os.getpid()

    def find(self, label: str) -> pkcs11.Token:
        """The token of that label; plugged in late, after a restart. Raises SigningUnavailable, PkiError."""
        if self.was_forked:
            self._restart()
        try:
            return self._find(label)
        except said.PKCS11Error:
            self._restart()
        try:
            return self._find(label)
        except said.PKCS11Error:
            raise SigningUnavailable(f'token "{label}" is not there') from None

    def _find(self, label: str) -> pkcs11.Token:
        try:
            return self._library.get_token(token_label=label)
        except said.MultipleTokensReturned:
            raise PkiError(f'two tokens bear the label "{label}": labels must tell them apart') from None

    def _restart(self) -> None:
        self.start += 1
        with suppress(said.PKCS11Error):  # it was not running, or was torn down with its device
            self._library.finalize()
        try:
            self._library.initialize()
        except said.PKCS11Error:
            raise SigningUnavailable("the PKCS#11 library does not start") from None
        self._process = os.getpid()


class Token:
    """One token by its label. A PIN that it refused is not tried again: tokens lock themselves after a few."""

    def __init__(self, label: str, module: str, ask_pin: PinSource) -> None:
        self.label = label
        self._module, self._ask_pin = module, ask_pin
        self._open: TokenSession | None = None
        self._pin: str | None = None
        self._refused_pin: str | None = None

    def use(self, work: Callable[[TokenSession], T]) -> T:
        """What `work` makes of an open session; a session that was lost meanwhile is opened again, once.

        Raises: KeyLocked when the PIN is missing, wrong or locked; SigningUnavailable when the token is gone or fails
        (what was asked is then not done, and may be asked again); PkiError for what the token refuses to do.
        """
        library = _library(self._module)
        with library.lock:
            if self._open is not None:
                try:
                    return self._try(work, library)
                except NOT_OPEN_ANY_MORE:
                    self._open = None
            try:
                return self._try(work, library)
            except NOT_OPEN_ANY_MORE:
                self._open = None
                raise SigningUnavailable(f'token "{self.label}" is gone') from None

    def close(self) -> None:
        """Log out and forget the PIN. The next use asks for it again."""
        session, self._open, self._pin = self._open, None, None
        if session is not None:
            with suppress(said.PKCS11Error):  # it is as closed as it can be
                session.session.close()

    def _try(self, work: Callable[[TokenSession], T], library: _Library) -> T:
        if self._open is None or self._open.library_start != library.start or library.was_forked:
            self._open = self._log_in(library)
        try:
            return work(self._open)
        except NOT_OPEN_ANY_MORE:
            raise
        except FAILED:
            self._open = None
            raise SigningUnavailable(f'token "{self.label}" failed') from None
        except said.PKCS11Error as error:
            raise PkiError(f'token "{self.label}" refuses: {type(error).__name__}') from None

    def _log_in(self, library: _Library) -> TokenSession:
        token = library.find(self.label)
        pin = self._pin if self._pin is not None else self._ask_pin()
        if pin == self._refused_pin:
            raise KeyLocked(f'token "{self.label}" refused this PIN before: it is not tried again')
        try:
            session = _open_session(token, pin)
        except (said.PinIncorrect, said.PinInvalid, said.PinLenRange):
            self._pin, self._refused_pin = None, pin
            raise KeyLocked(f'token "{self.label}" refuses the PIN') from None
        except said.PinLocked:
            self._pin = None
            raise KeyLocked(f'token "{self.label}" is locked: its security officer must unlock it') from None
        except (said.UserPinNotInitialized, said.PinExpired):
            self._pin = None
            raise KeyLocked(f'token "{self.label}" has no valid user PIN: its security officer must set one') from None
        except said.PKCS11Error as error:
            raise SigningUnavailable(f'token "{self.label}" does not open: {type(error).__name__}') from None
        self._pin = pin
        return TokenSession(session, library.start)


def open_token(label: str) -> Token:
    """The token of this process by that label, of the library that the environment names; PIN from there or asked for.

    Nothing is opened before it is used.
    """
    return _token(label, os.environ.get(MODULE_VARIABLE) or DEFAULT_MODULE)


def pin_from_environment_or_prompt() -> str:
    """What `STATION_HSM_PIN` says, else what a person at the terminal types. Raises KeyLocked without either."""
    pin = os.environ.get(PIN_VARIABLE)
    if pin:
        return pin
    if not sys.stdin.isatty():
        raise KeyLocked(f"the token wants a PIN: set {PIN_VARIABLE}")
    return getpass.getpass("PIN of the token: ")


@cache
def _library(path: str) -> _Library:
    return _Library(path)


@cache
def _token(label: str, module: str) -> Token:
    """One for the process: a login is the whole process's, and a refused PIN must be remembered."""
    return Token(label, module, pin_from_environment_or_prompt)


def _open_session(token: pkcs11.Token, pin: str) -> pkcs11.Session:
    try:
        return token.open(rw=True, user_pin=pin)
    except said.UserAlreadyLoggedIn:
        return token.open(rw=True)  # the login of another session holds for all of this process (PKCS#11 §6.7.4)
