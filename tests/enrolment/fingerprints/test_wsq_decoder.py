"""The decoder's process: one for many files, a child for each, and no file that takes another one down with it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from enrolment.fingerprints import wsq_worker
from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import decode_wsq, encode_wsq
from enrolment.fingerprints.wsq_decoder import DECODER, ApartDecoder

SAMPLE = encode_wsq(synthesise(21, FingerPosition.RIGHT_INDEX))


@pytest.fixture
def decoder() -> Iterator[ApartDecoder]:
    own = ApartDecoder()
    yield own
    own.close()


def worker(folder: Path, code: str) -> ApartDecoder:
    path = folder / "worker.py"
    path.write_text(code)
    return ApartDecoder(path, seconds=2)


def test_one_process_decodes_many_files(decoder: ApartDecoder) -> None:
    first = decoder.decode(SAMPLE, "WSQ")
    process = decoder._process
    assert process is not None
    assert decoder.decode(SAMPLE, "WSQ") == first
    assert decoder._process is process


def test_a_file_that_cannot_be_decoded_leaves_the_process_as_it_was(decoder: ApartDecoder) -> None:
    with pytest.raises(WsqError, match=r"^left\.wsq: cannot be decoded"):
        decoder.decode(b"\xff\xa0 no WSQ", "left.wsq")
    process = decoder._process
    decoder.decode(SAMPLE, "WSQ")
    assert decoder._process is process


def test_a_process_that_was_killed_is_started_anew(decoder: ApartDecoder) -> None:
    first = decoder.decode(SAMPLE, "WSQ")
    assert decoder._process is not None
    os.kill(decoder._process.pid, signal.SIGKILL)
    decoder._process.wait()
    assert decoder.decode(SAMPLE, "WSQ") == first


def test_a_file_that_kills_its_decoder_is_a_typed_error_and_the_next_is_decoded(tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    code = f"import os, pathlib, signal\npathlib.Path({str(marker)!r}).touch()\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    decoder = worker(tmp_path, code)
    with pytest.raises(WsqError, match=r"kills its decoder \(-11\)"):
        decoder.decode(SAMPLE, "WSQ")
    assert marker.exists()
    with pytest.raises(WsqError, match="kills its decoder"):
        decoder.decode(SAMPLE, "WSQ")


def test_a_child_that_dies_takes_its_server_along_and_its_code_is_told(tmp_path: Path) -> None:
    code = (
        "import os, runpy, sys, types\n"
        "fake = types.ModuleType('_wsq')\n"
        "fake.decompress = lambda content: os.kill(os.getpid(), 11)\n"
        "sys.modules['_wsq'] = fake\n"
        f"runpy.run_path({wsq_worker.__file__!r}, run_name='__main__')\n"
    )
    with pytest.raises(WsqError, match=r"kills its decoder \(11\)"):
        worker(tmp_path, code).decode(SAMPLE, "WSQ")


def test_a_decoder_that_never_ends_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "worker.py"
    path.write_text("import time\ntime.sleep(60)\n")
    with pytest.raises(WsqError, match=r"cannot be decoded in 0\.3 s"):
        ApartDecoder(path, seconds=0.3).decode(SAMPLE, "WSQ")


@pytest.mark.parametrize(
    "answer", ["b''", "b'\\0\\0'", "b'\\0\\0\\0\\x10short'", "b'\\xff\\xff\\xff\\xff'"],
    ids=["nothing", "half-a-length", "cut-off", "endless"],
)  # fmt: skip
def test_an_answer_that_is_none_is_a_typed_error(tmp_path: Path, answer: str) -> None:
    decoder = worker(tmp_path, f"import os\nos.read(0, 1)\nos.write(1, {answer})\n")
    with pytest.raises(WsqError, match="kills its decoder"):
        decoder.decode(SAMPLE, "WSQ")


def test_threads_share_one_process(decoder: ApartDecoder) -> None:
    wanted = decoder.decode(SAMPLE, "WSQ")
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(decoder.decode(SAMPLE, "WSQ"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 6


def decode_in_child() -> None:
    assert decode_wsq(SAMPLE).width_px > 0
    assert DECODER._process is not None


def test_a_forked_child_has_a_decoder_of_its_own() -> None:
    mine = decode_wsq(SAMPLE).pixels
    process = DECODER._process
    child = multiprocessing.get_context("fork").Process(target=decode_in_child)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert DECODER._process is process
    assert (decode_wsq(SAMPLE).pixels == mine).all()
