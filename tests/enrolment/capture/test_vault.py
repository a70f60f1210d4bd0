"""The vault opens with its key, in its place, unchanged, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.capture.vault import Vault
from enrolment.errors import VaultError

KEY = bytes(range(32))


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_is_sealed_opens_in_its_place(content, place):
    vault = Vault(KEY)
    wrapped = vault.new_case_key()
    sealed = vault.seal(wrapped, content, place)
    assert Vault(KEY).open(wrapped, sealed, place) == content
    assert len(sealed) == len(content) + 12 + 16


@given(st.integers(0, 59), st.integers(1, 255))
def test_one_changed_byte_anywhere_does_not_open(index, change):
    vault = Vault(KEY)
    wrapped = vault.new_case_key()
    sealed = bytearray(vault.seal(wrapped, bytes(32), "case|portrait|"))
    sealed[index] ^= change
    with pytest.raises(VaultError, match="changed"):
        vault.open(wrapped, bytes(sealed), "case|portrait|")


def test_another_place_another_case_key_and_another_vault_key_do_not_open():
    vault = Vault(KEY)
    wrapped = vault.new_case_key()
    sealed = vault.seal(wrapped, b"content", "a")
    with pytest.raises(VaultError, match="another place"):
        vault.open(wrapped, sealed, "b")
    with pytest.raises(VaultError):
        vault.open(vault.new_case_key(), sealed, "a")
    with pytest.raises(VaultError, match="vault key"):
        Vault(bytes(32)).open(wrapped, sealed, "a")


@pytest.mark.parametrize("sealed", [b"", bytes(5), bytes(12), bytes(20)])
def test_bytes_that_are_too_short_do_not_open(sealed):
    vault = Vault(KEY)
    with pytest.raises(VaultError):
        vault.open(vault.new_case_key(), sealed, "a")


@pytest.mark.parametrize("wrapped", [b"", bytes(7), bytes(40)])
def test_a_wrapped_key_that_is_none_does_not_open(wrapped):
    with pytest.raises(VaultError):
        Vault(KEY).open(wrapped, bytes(40), "a")


def test_a_key_of_another_length_is_refused_and_no_key_is_shown():
    with pytest.raises(VaultError, match="32 random bytes"):
        Vault(bytes(31))
    assert KEY.hex() not in repr(Vault(KEY))
    assert Vault(KEY).key_id == Vault(KEY).key_id != Vault(bytes(32)).key_id


def test_the_same_content_never_looks_the_same():
    vault = Vault(KEY)
    wrapped = vault.new_case_key()
    assert vault.seal(wrapped, b"content", "a") != vault.seal(wrapped, b"content", "a")
