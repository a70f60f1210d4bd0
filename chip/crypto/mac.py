"""Message authentication codes of eight bytes: the retail MAC of triple DES, and AES-CMAC cut to its first half."""

from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from chip.crypto.ciphers import DES_BLOCK_LENGTH, TDES_KEY_LENGTH, des_decrypt, des_encrypt
from chip.errors import EncodingError

MAC_LENGTH = 8


def retail_mac(key: bytes, blocks: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3 with DES over whole blocks (the caller pads).

    Raises: EncodingError for a key of another length than 16, for no block, or for a part of one.
    Source: Doc 9303-11 §9.8.6.1
    """
    if len(key) != TDES_KEY_LENGTH:
        raise EncodingError(f"a retail MAC key has {TDES_KEY_LENGTH} bytes, got {len(key)}")
    if not blocks:
        raise EncodingError("a retail MAC covers at least one block")
    first, second = key[:8], key[8:]
    zero = bytes(DES_BLOCK_LENGTH)
    chained = des_encrypt(first, zero, blocks)[-DES_BLOCK_LENGTH:]
    return des_encrypt(first, zero, des_decrypt(second, zero, chained))


def aes_cmac(key: bytes, message: bytes) -> bytes:
    """AES-CMAC (NIST SP 800-38B), cut to its first eight bytes. Source: Doc 9303-11 §9.8.6.2"""
    return aes_cmac_whole(key, message)[:MAC_LENGTH]


def aes_cmac_whole(key: bytes, message: bytes) -> bytes:
    """AES-CMAC, all sixteen bytes."""
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()
