"""OpenPACE's library as the other side of PACE: somebody else's implementation judges ours. Called through ctypes."""

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

POINTER, SIZE, INT = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
CAN_PASSWORD = 2  # PACE_CAN
PACE_KEYS = 0  # EAC_ID_PACE


class Buffer(ctypes.Structure):
    """OpenSSL's BUF_MEM."""

    _fields_ = [("length", SIZE), ("data", ctypes.POINTER(ctypes.c_char)), ("max", SIZE), ("flags", ctypes.c_ulong)]


BUFFER = ctypes.POINTER(Buffer)
_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "EAC_init": (None, ()),
    "EAC_CTX_new": (POINTER, ()),
    "EAC_CTX_clear_free": (None, (POINTER,)),
    "EAC_CTX_init_ef_cardaccess": (INT, (ctypes.c_char_p, ctypes.c_uint, POINTER)),
    "EAC_CTX_set_encryption_ctx": (INT, (POINTER, INT)),
    "EAC_increment_ssc": (INT, (POINTER,)),
    "EAC_encrypt": (BUFFER, (POINTER, BUFFER)),
    "EAC_decrypt": (BUFFER, (POINTER, BUFFER)),
    "EAC_authenticate": (BUFFER, (POINTER, BUFFER)),
    "BUF_MEM_clear_free": (None, (BUFFER,)),
    "PACE_SEC_new": (POINTER, (ctypes.c_char_p, SIZE, INT)),
    "PACE_SEC_clear_free": (None, (POINTER,)),
    "PACE_STEP1_enc_nonce": (BUFFER, (POINTER, POINTER)),
    "PACE_STEP2_dec_nonce": (INT, (POINTER, POINTER, BUFFER)),
    "PACE_STEP3A_generate_mapping_data": (BUFFER, (POINTER,)),
    "PACE_STEP3A_map_generator": (INT, (POINTER, BUFFER)),
    "PACE_STEP3B_generate_ephemeral_key": (BUFFER, (POINTER,)),
    "PACE_STEP3B_compute_shared_secret": (INT, (POINTER, BUFFER)),
    "PACE_STEP3C_derive_keys": (INT, (POINTER,)),
    "PACE_STEP3D_compute_authentication_token": (BUFFER, (POINTER, BUFFER)),
    "PACE_STEP3D_verify_authentication_token": (INT, (POINTER, BUFFER)),
}


def load() -> ctypes.CDLL | None:
    """The library, None where it is not installed."""
    name = ctypes.util.find_library("eac")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    for function, (result, arguments) in _SIGNATURES.items():
        entry = getattr(library, function)
        entry.restype, entry.argtypes = result, arguments
    library.EAC_init()
    return library


class Party:
    """One side of PACE, computed by OpenPACE. Each method asserts that the library says it went well."""

    def __init__(self, library: ctypes.CDLL, context: int, password: int) -> None:
        self._library, self._context, self._password = library, context, password
        self._kept: list[Any] = []

    def give_nonce(self) -> bytes:
        """The card's encrypted nonce."""
        return self._bytes(self._library.PACE_STEP1_enc_nonce(self._context, self._password))

    def take_nonce(self, encrypted: bytes) -> None:
        """The terminal's turn: decrypt it."""
        assert self._library.PACE_STEP2_dec_nonce(self._context, self._password, self._buffer(encrypted)) == 1

    def mapping_data(self) -> bytes:
        """What this side sends to map the generator."""
        return self._bytes(self._library.PACE_STEP3A_generate_mapping_data(self._context))

    def map(self, other: bytes) -> None:
        """Map with what the other side sent."""
        assert self._library.PACE_STEP3A_map_generator(self._context, self._buffer(other)) == 1

    def ephemeral_key(self) -> bytes:
        """This side's public key on the mapped generator."""
        return self._bytes(self._library.PACE_STEP3B_generate_ephemeral_key(self._context))

    def agree(self, other: bytes) -> None:
        """Shared secret and session keys."""
        assert self._library.PACE_STEP3B_compute_shared_secret(self._context, self._buffer(other)) == 1
        assert self._library.PACE_STEP3C_derive_keys(self._context) == 1

    def token(self, other: bytes) -> bytes:
        """This side's token, over the other side's key."""
        return self._bytes(self._library.PACE_STEP3D_compute_authentication_token(self._context, self._buffer(other)))

    def believes(self, token: bytes) -> bool:
        """Whether the other side's token holds."""
        return bool(self._library.PACE_STEP3D_verify_authentication_token(self._context, self._buffer(token)) == 1)

    def start_messaging(self) -> None:
        """Use the session keys from here on."""
        assert self._library.EAC_CTX_set_encryption_ctx(self._context, PACE_KEYS) == 1

    def next_message(self) -> None:
        """Count."""
        assert self._library.EAC_increment_ssc(self._context) == 1

    def encrypt(self, padded: bytes) -> bytes:
        """Under the session's encryption key."""
        return self._bytes(self._library.EAC_encrypt(self._context, self._buffer(padded)))

    def decrypt(self, blocks: bytes) -> bytes:
        """The inverse."""
        return self._bytes(self._library.EAC_decrypt(self._context, self._buffer(blocks)))

    def authenticate(self, padded: bytes) -> bytes:
        """The MAC of a message."""
        return self._bytes(self._library.EAC_authenticate(self._context, self._buffer(padded)))

    def _buffer(self, content: bytes) -> Any:
        data = ctypes.create_string_buffer(content, len(content))
        buffer = Buffer(len(content), ctypes.cast(data, ctypes.POINTER(ctypes.c_char)), len(content), 0)
        self._kept += [data, buffer]
        return ctypes.pointer(buffer)

    def _bytes(self, buffer: Any) -> bytes:
        assert buffer
        content: bytes = ctypes.string_at(buffer.contents.data, buffer.contents.length)
        self._library.BUF_MEM_clear_free(buffer)
        return content


@contextmanager
def party(library: ctypes.CDLL, card_access: bytes, can: str) -> Iterator[Party]:
    """A side that knows EF.CardAccess and the CAN."""
    context, password = library.EAC_CTX_new(), library.PACE_SEC_new(can.encode(), len(can), CAN_PASSWORD)
    try:
        assert library.EAC_CTX_init_ef_cardaccess(card_access, len(card_access), context) == 1
        yield Party(library, context, password)
    finally:
        library.PACE_SEC_clear_free(password)
        library.EAC_CTX_clear_free(context)
