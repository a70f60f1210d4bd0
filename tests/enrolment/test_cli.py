"""The console script: every verb is found, a light one loads nothing heavy, a wrong one gets one line."""

import importlib
import subprocess
import sys

import pytest
import typer

from enrolment.cli import SCRIPT_VERBS, VERBS

HEAVY = ("mediapipe", "cv2", "numpy", "django", "nbis", "weasyprint", "smartcard", "cryptography", "rich")


def station(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from enrolment.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, input="")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_leads_to_an_application(verb):
    module, attribute = VERBS[verb].target.split(":")
    assert isinstance(getattr(importlib.import_module(module), attribute), typer.Typer)


def test_help_names_every_verb():
    answer = station("--help")
    assert answer.returncode == 0
    assert all(f"  {verb} " in answer.stdout for verb in [*VERBS, *SCRIPT_VERBS])


def test_the_shell_script_knows_its_own_verbs(repository):
    script = (repository / "station").read_text()
    assert all(f"\n    {verb})" in script for verb in SCRIPT_VERBS)


def test_an_unknown_verb_gets_one_line_and_a_hint():
    answer = station("crad")
    assert answer.returncode == 2
    assert answer.stderr == "station: there is no verb `crad`; did you mean `card`?\n"
    assert answer.stdout == ""


@pytest.mark.parametrize("verb", [("mrz", "parse"), ("--help",)])
def test_a_light_verb_loads_nothing_heavy(verb):
    code = (
        "import sys; sys.argv[1:] = sys.argv[1:]\n"
        "from enrolment.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.argv[0:0] or " + repr(HEAVY) + " if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *verb], capture_output=True, text=True, timeout=60, check=False, input=""
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("photo", "crop"), "station photo crop: missing argument 'FILE' (station photo crop --help says more)\n"),
        (
            ("card", "read", "--bogus"),
            "station card read: no such option: --bogus (station card read --help says more)\n",
        ),
        (("finger", "nonsense"), "station finger: no such command 'nonsense' (station finger --help says more)\n"),
        (("rules", "explain", "--facts", "x.toml", "--on", "2026-13-03"), None),
    ],
)
def test_wrong_use_gets_one_line_and_exit_code_two(arguments, words):
    answer = station(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert words is None or answer.stderr == words


def test_the_script_is_found_through_a_link(repository, tmp_path):
    (tmp_path / "link").symlink_to(repository / "station")
    done = subprocess.run(
        [str(tmp_path / "link"), "--version"], capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_the_version_is_the_packages():
    from importlib.metadata import version

    assert station("--version").stdout.strip() == version("residence-card-station")
