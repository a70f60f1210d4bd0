"""The table of steps is whole: every state is reached, owned and left; four eyes lead through it."""

from enrolment.accounts.models import Role
from enrolment.cases.steps import ENDED, OWNERS, STEPS, Action, State, steps_from


def test_every_state_has_an_owner_and_every_action_a_step():
    assert set(OWNERS) == set(State)
    assert set(STEPS) == set(Action)


def test_every_state_but_the_first_is_reached_and_every_one_but_the_last_is_left():
    reached = {step.end for step in STEPS.values()}
    assert reached == set(State)
    for state in State:
        assert bool(steps_from(state)) == (state not in ENDED)


def test_every_state_leads_to_an_end():
    leads = set(ENDED)
    while True:
        more = {state for state in State if any(step.end in leads for step in steps_from(state))} - leads
        if not more:
            break
        leads |= more
    assert leads == set(State)


def test_who_decides_and_who_makes_cards_are_different_roles():
    assert STEPS[Action.GRANT].roles == (Role.DECIDE,)
    assert STEPS[Action.RELEASE].roles == (Role.PRODUCE,)
