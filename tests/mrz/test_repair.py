"""Repair: it finds what a camera misread, shows what else it may have been, and leaves alone what is right."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrz import FieldError, compose, parse, repair
from mrz.confusions import exchanges

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def misread(lines, *exchanged):
    """`lines` with (line, position, character) written over."""
    changed = list(lines)
    for line, position, character in exchanged:
        changed[line - 1] = changed[line - 1][: position - 1] + character + changed[line - 1][position:]
    return changed


def test_a_zone_without_faults_is_its_own_only_candidate():
    (candidate,) = repair(TD1)
    assert (candidate.lines, candidate.changes, candidate.cost) == (TD1, (), 0.0)


@pytest.mark.parametrize(
    ("lines", "exchanged"),
    [
        (TD1, [(1, 5, "0")]),
        (TD1, [(1, 9, "I")]),
        (TD1, [(1, 14, "O")]),
        (TD1, [(2, 1, "T")]),
        (TD1, [(2, 4, "B"), (2, 12, "A")]),
        (TD1, [(2, 7, "Z"), (2, 17, "7")]),
        (TD1, [(3, 3, "1"), (3, 27, "K")]),
        (
            TD1,
            [(1, 1, "1"), (1, 5, "0"), (1, 9, "I"), (1, 11, "S"), (2, 3, "O"), (2, 10, "Z"), (2, 18, "0"), (3, 5, "5")],
        ),
        (TD1, [(1, 16, "C")]),
        (TD1, [(1, 20, " ")]),
        (TD3, [(2, 2, "B"), (2, 3, "9"), (2, 12, "7")][:1]),
        (TD3, [(1, 3, "U"), (1, 4, "7")]),
        (TD3, [(2, 31, "I")]),
    ],
)
def test_what_was_printed_is_the_best_candidate(lines, exchanged):
    read = misread(lines, *exchanged)
    best = repair(read)[0]
    assert best.lines == lines
    assert [(change.line, change.position, change.read, change.proposed) for change in best.changes] == [
        (line, position, character, lines[line - 1][position - 1])
        for line, position, character in sorted(exchanged)
        if lines[line - 1][position - 1] != character
    ]


@pytest.mark.parametrize("join", ["".join, "\n".join, lambda lines: ["".join(lines)]])
def test_a_zone_in_one_piece_is_repaired_too(join):
    best = repair(join(misread(TD1, (1, 5, "0"))))[0]
    assert best.lines == TD1


def test_small_letters_are_proposed_as_capitals():
    best = repair([line.lower() for line in TD1])[0]
    assert best.lines == TD1


def test_every_candidate_is_valid_and_the_best_comes_first():
    candidates = repair(misread(TD1, (1, 9, "I")))
    assert len(candidates) > 1  # the digit leaves more than one answer: all are shown, none is chosen
    assert len(candidates) <= 10
    assert all(parse(candidate.lines, candidate.format).valid for candidate in candidates)
    assert len({candidate.lines for candidate in candidates}) == len(candidates)
    assert candidates[0].cost <= min(candidate.cost for candidate in candidates) + 1


@pytest.mark.parametrize(
    ("lines", "change"),
    [
        ((TD1[0][:-1], *TD1[1:]), (1, 30, "", "<")),
        ((*TD1[:2], TD1[2] + "<"), (3, 31, "<", "")),
        ((TD3[0][:-1], TD3[1]), (1, 44, "", "<")),
        ((TD1[0], TD1[1].replace("UTO<", "UTO", 1), TD1[2]), (2, 29, "", "<")),
    ],
)
def test_a_filler_lost_or_doubled_is_put_right(lines, change):
    best = repair(lines)[0]
    assert best.lines in (TD1, TD3)
    assert [(c.line, c.position, c.read, c.proposed) for c in best.changes] == [change]


def test_positions_are_those_of_the_lines_given():
    read = list(misread(TD1, (1, 9, "I"), (2, 30, "b")))
    read[1] = read[1].replace("UTO<", "UTO", 1)  # 29 characters, the last one misread
    best = repair(read)[0]
    assert best.lines == TD1
    assert {(c.line, c.position, c.read, c.proposed) for c in best.changes} == {
        (1, 9, "I", "1"),
        (2, 29, "", "<"),
        (2, 29, "b", "6"),
    }


@pytest.mark.parametrize(
    "lines", [[], ["x"], ["P" * 30] * 3, ["<" * 44] * 2, ["0" * 36] * 2, ["A" * 10_000], ["é" * 30] * 3]
)
def test_nothing_is_proposed_where_nothing_fits(lines):
    assert repair(lines) == ()


def test_lines_with_many_short_runs_of_fillers_are_answered_in_bounded_time():
    hostile = ["A<" * 13, "7<" * 13, "B<" * 13]
    begin = time.process_time()
    assert repair(hostile) == ()
    assert time.process_time() - begin < 3


def test_a_format_that_nobody_knows_is_refused():
    with pytest.raises(FieldError):
        repair(TD1, "TD9")


def test_exchanges_go_both_ways():
    for one in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<":
        for other, cost in exchanges(one):
            assert (one, cost) in exchanges(other)
            assert cost >= 1


@settings(max_examples=40, deadline=None)
@given(
    st.from_regex(r"[A-Z]{2}[0-9]{7}", fullmatch=True),
    st.integers(3, 8),
    st.sampled_from(["B8", "G6", "O0", "I1", "S5", "Z2"]),
)
def test_one_usual_misreading_of_a_number_is_among_the_candidates(number, place, pair):
    printed_number = number[:place] + pair[1] + number[place + 1 :]
    zone = compose(
        format="TD1",
        document_code="IR",
        issuing_state="LUX",
        document_number=printed_number,
        birth_date="850312",
        sex="F",
        expiry_date="310630",
        nationality="BRA",
        surname="Silva",
    )
    read = misread(zone.lines, (1, 6 + place, pair[0]))
    candidates = [candidate.lines for candidate in repair(read)]
    blind = parse(read).valid  # S for 8 and the like: nothing can see it
    assert candidates == [tuple(read)] if blind else zone.lines in candidates
