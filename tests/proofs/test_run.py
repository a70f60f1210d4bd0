"""The runner of the long proofs: what holds, what fails, what was skipped, and the page that keeps it."""

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = "before\n<!-- proofs: begin -->\n<!-- proofs: end -->\nafter\n"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("proofs_run", ROOT / "proofs" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(runner: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a page and three little proofs of its own."""
    for name, body in {
        "good": "pass",
        "bad": "assert False",
        "absent": "import pytest; pytest.skip('no reader')",
    }.items():
        (tmp_path / f"test_{name}.py").write_text(f"def test_it():\n    {body}\n")
    rows = [f'[[proof]]\nname = "{n}"\nproves = "{n} things"\npytest = ["{tmp_path}/test_{n}.py"]\n' for n in
            ("good", "bad", "absent")]  # fmt: skip
    (tmp_path / "proofs.toml").write_text("\n".join(rows))
    (tmp_path / "proofs.md").write_text(PAGE)
    monkeypatch.setattr(runner, "TABLE", tmp_path / "proofs.toml")
    monkeypatch.setattr(runner, "PAGE", tmp_path / "proofs.md")
    return tmp_path


def run(runner: ModuleType, monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.setattr(sys, "argv", ["prove", *names])
    code = runner.main()
    assert isinstance(code, int)
    return code


def test_what_holds_is_written_down(runner, place: Path, monkeypatch) -> None:
    assert run(runner, monkeypatch, "good") == 0
    assert "| good | good things | holds | 1 |" in (place / "proofs.md").read_text()


@pytest.mark.parametrize(("name", "words"), [("bad", "FAILS | 1, 1 failed"), ("absent", "not proven | 1, 1 skipped")])
def test_what_does_not_hold_is_written_down_and_fails(runner, place: Path, monkeypatch, name: str, words: str) -> None:
    assert run(runner, monkeypatch, name) == 1
    assert f"| {name} | {name} things | {words} |" in (place / "proofs.md").read_text()


def test_a_run_that_never_starts_is_a_failure(runner, place: Path) -> None:
    proof = runner.Proof("lost", "", pytest=(str(place / "nowhere.py"),))
    assert runner.run_proof(proof, {}).result == "FAILS"


def test_findings_of_a_verb_are_counted(runner) -> None:
    assert runner.read_findings('{"holds": true}\n{"holds": true}\n', 0) == runner.Outcome(2, 0, 0)
    assert runner.read_findings('{"holds": true}\n{"holds": false}\n', 1) == runner.Outcome(2, 1, 0)
    assert runner.read_findings("", 3).result == "FAILS"
    assert runner.read_findings("", 0).result == "not proven"


def test_an_unknown_name_is_wrong_use(runner, place: Path, monkeypatch, capsys) -> None:
    assert run(runner, monkeypatch, "nonsense") == 2
    assert capsys.readouterr().err == "station prove: there is no proof `nonsense`; there are: good, bad, absent\n"
    assert (place / "proofs.md").read_text() == PAGE


def test_the_newest_result_of_each_is_kept_in_the_order_of_the_table(runner) -> None:
    def cells(name: str, seconds: float) -> tuple[str, ...]:
        made = runner.row(runner.Proof(name, "x", pytest=("y",)), runner.Outcome(1, 0, 0), seconds, NOW, "m", "c")
        assert isinstance(made, tuple)
        return made

    order = ("first", "second")
    page = runner.with_rows(PAGE, {"second": cells("second", 1)}, order)
    page = runner.with_rows(page, {"first": cells("first", 2)}, order)
    page = runner.with_rows(page, {"second": cells("second", 3)}, order)
    assert [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")][2:] == ["| first", "| second"]
    assert "| 3 | 2026-11-21 | c | m |" in page
    assert "| 1 | 2026-11-21" not in page
    assert page.startswith("before\n")
    assert page.endswith("\nafter\n")
    with pytest.raises(runner.ProofError, match="no place"):
        runner.with_rows("no table", {}, order)


def test_a_variable_set_outside_wins(runner) -> None:
    proof = runner.Proof("a", "", pytest=("b",), environment={"LONG": "9", "WIDE": "8"})
    assert proof.settings({"LONG": "1"}) == {"LONG": "1", "WIDE": "8"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "proof = 3",
        '[[proof]]\nname = "a"\n',
        '[[proof]]\nname = "a"\nproves = "b"\n',
        "[[proof]]\nnonsense = 1\n",
        "=",
    ],
)
def test_a_table_that_is_none_is_refused(runner, tmp_path: Path, text: str) -> None:
    (tmp_path / "proofs.toml").write_text(text)
    with pytest.raises(runner.ProofError):
        runner.load_proofs(tmp_path / "proofs.toml")


def test_every_proof_of_the_project_runs_tests_that_are_there(runner) -> None:
    proofs = runner.load_proofs(ROOT / "proofs" / "proofs.toml")
    assert all((ROOT / path).exists() for proof in proofs for path in proof.pytest)
    for proof in proofs:
        near = {file for path in proof.pytest for file in (ROOT / path).parent.glob("*.py")}
        near |= set((ROOT / "tests" / "support").rglob("*.py"))
        text = "".join(file.read_text() for file in near) + " ".join(proof.station)
        assert all(key in text for key in proof.environment), proof.name
    page = (ROOT / "docs" / "proofs.md").read_text()
    assert runner.with_rows(page, {}, [proof.name for proof in proofs]) == page
