"""A token that is wrong, locked, gone or one of two: one clear error, and work goes on when it is back."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pkcs11
import pytest

from chip.errors import KeyLocked, PkiError, SigningUnavailable
from chip.pki.signature import Scheme, SignatureAlgorithm, verify
from chip.pki.signing_key import SigningKey
from chip.pki.token import (
    DEFAULT_MODULE,
    MODULE_VARIABLE,
    PIN_VARIABLE,
    Token,
    open_token,
    pin_from_environment_or_prompt,
)
from chip.pki.token_key_store import TokenKeyStore
from chip_support.soft_hsm import PIN, SoftHsm

ECDSA = SignatureAlgorithm(Scheme.ECDSA, "sha256")


def make_key(token: Token) -> SigningKey:
    return TokenKeyStore(token).make("ds", "secp256r1", ECDSA)


def signs(key: SigningKey) -> bool:
    return verify(key.public_key, key.algorithm, b"message", key.sign(b"message"))


def test_a_private_key_is_made_inside_and_cannot_leave(soft_hsm: SoftHsm) -> None:
    token = soft_hsm.new_token()
    make_key(token)
    terms = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    said = token.use(
        lambda opened: [
            {name: key[name] for name in (LOCAL, SENSITIVE, EXTRACTABLE, NEVER_EXTRACTABLE, DERIVE)}
            for key in opened.session.get_objects(terms)
        ]
    )
    assert said == [{LOCAL: True, SENSITIVE: True, EXTRACTABLE: False, NEVER_EXTRACTABLE: True, DERIVE: False}]


LOCAL, SENSITIVE = pkcs11.Attribute.LOCAL, pkcs11.Attribute.SENSITIVE
EXTRACTABLE, NEVER_EXTRACTABLE = pkcs11.Attribute.EXTRACTABLE, pkcs11.Attribute.NEVER_EXTRACTABLE
DERIVE = pkcs11.Attribute.DERIVE


def test_a_token_pulled_out_between_two_signatures_is_missed_and_used_again_when_it_is_back(soft_hsm: SoftHsm) -> None:
    key = make_key(soft_hsm.new_token())
    assert signs(key)
    soft_hsm.pull_out()
    for _ in range(2):
        with pytest.raises(SigningUnavailable, match="is not there"):
            key.sign(b"message")
    soft_hsm.put_back()
    assert signs(key)


def test_a_session_that_was_closed_is_opened_again(soft_hsm: SoftHsm) -> None:
    token = soft_hsm.new_token()
    key = make_key(token)
    token.use(lambda opened: opened.session.close())
    assert signs(key)


def test_a_login_that_was_lost_is_made_again(soft_hsm: SoftHsm) -> None:
    token = soft_hsm.new_token()
    key = make_key(token)
    other = Token(token.label, DEFAULT_MODULE, lambda: PIN)
    TokenKeyStore(other).open("ds", None)
    other.close()
    token.close()  # logs the whole process out
    assert signs(key)


def test_two_tokens_sign_side_by_side_each_with_its_own_key(soft_hsm: SoftHsm) -> None:
    keys = [make_key(soft_hsm.new_token(name)) for name in ("first", "second")]
    assert keys[0].public_key != keys[1].public_key
    for key in keys * 2:
        assert signs(key)


def test_two_tokens_come_back_together_and_do_not_mix_up_their_keys(soft_hsm: SoftHsm) -> None:
    keys = [make_key(soft_hsm.new_token(name)) for name in ("first", "second")]
    soft_hsm.pull_out()
    with pytest.raises(SigningUnavailable):
        keys[0].sign(b"message")  # restarts the library: the other's session is gone with it
    soft_hsm.put_back()
    for key in keys * 2:
        assert signs(key)


def test_threads_take_turns_at_one_token(soft_hsm: SoftHsm) -> None:
    key = make_key(soft_hsm.new_token())
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda _: signs(key), range(80)))


def test_two_tokens_of_one_label_are_not_guessed_between(soft_hsm: SoftHsm) -> None:
    label = soft_hsm.new_label()
    assert soft_hsm.new_label() == label
    with pytest.raises(PkiError, match="two tokens"):
        TokenKeyStore(Token(label, DEFAULT_MODULE, lambda: PIN)).open("ds", None)


def test_a_wrong_pin_is_refused_and_not_tried_again(soft_hsm: SoftHsm) -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append("123456")
        return asked[-1]

    store = TokenKeyStore(Token(soft_hsm.new_label(), DEFAULT_MODULE, ask))
    with pytest.raises(KeyLocked, match="refuses the PIN") as refusal:
        store.open("ds", None)
    assert "123456" not in str(refusal.value)
    with pytest.raises(KeyLocked, match="not tried again"):
        store.open("ds", None)


def test_after_a_wrong_pin_the_right_one_opens(soft_hsm: SoftHsm) -> None:
    pins = iter(["123456", PIN])
    token = Token(soft_hsm.new_label(), DEFAULT_MODULE, lambda: next(pins))
    with pytest.raises(KeyLocked):
        make_key(token)
    assert signs(make_key(token))


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (pkcs11.PinLocked, "is locked"),
        (pkcs11.UserPinNotInitialized, "no valid user PIN"),
        (pkcs11.PinExpired, "no valid user PIN"),
    ],
)
def test_a_locked_token_says_who_must_act(
    soft_hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch, says: type[Exception], reason: str
) -> None:
    """SoftHSM never locks a PIN: its answer is put in at the one call that gives it."""
    token = soft_hsm.new_token()

    def locked(*_arguments: object) -> None:
        raise says

    with monkeypatch.context() as while_locked:
        while_locked.setattr("chip.pki.token._open_session", locked)
        with pytest.raises(KeyLocked, match=reason):
            make_key(token)
    assert signs(make_key(token))


@pytest.mark.parametrize("says", [pkcs11.DeviceError, pkcs11.DeviceRemoved, pkcs11.FunctionFailed, pkcs11.GeneralError])
def test_a_token_that_fails_while_it_signs_is_not_asked_twice(soft_hsm: SoftHsm, says: type[Exception]) -> None:
    token, calls = soft_hsm.new_token(), []

    def fails(_session: object) -> None:
        calls.append(1)
        raise says

    with pytest.raises(SigningUnavailable, match="failed"):
        token.use(fails)
    assert len(calls) == 1
    assert signs(make_key(token))


def test_a_key_that_was_destroyed_is_missed(soft_hsm: SoftHsm) -> None:
    token = soft_hsm.new_token()
    key = make_key(token)
    TokenKeyStore(token).forget("ds")
    with pytest.raises(PkiError, match="no longer has the key"):
        key.sign(b"message")


def test_a_forked_child_signs_for_itself(soft_hsm: SoftHsm) -> None:
    key = make_key(soft_hsm.new_token())
    child = os.fork()
    if child == 0:
        os._exit(0 if signs(key) else 1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert signs(key)


def test_a_missing_token_and_a_missing_library_are_told_apart(
    soft_hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SigningUnavailable, match='token "nowhere" is not there'):
        TokenKeyStore(open_token("nowhere")).open("ds", None)
    monkeypatch.setenv(MODULE_VARIABLE, "/nowhere/lib.so")
    with pytest.raises(SigningUnavailable, match=f"set {MODULE_VARIABLE}"):
        TokenKeyStore(open_token("nowhere")).open("ds", None)


def test_the_pin_comes_from_the_environment_or_from_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PIN_VARIABLE, "4711")
    assert pin_from_environment_or_prompt() == "4711"
    monkeypatch.delenv(PIN_VARIABLE)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(KeyLocked, match=f"set {PIN_VARIABLE}"):
        pin_from_environment_or_prompt()
    monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda _self: True})())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "0815")
    assert pin_from_environment_or_prompt() == "0815"


def test_the_process_has_one_token_for_a_label(soft_hsm: SoftHsm) -> None:
    label = soft_hsm.new_label()
    assert open_token(label) is open_token(label)
