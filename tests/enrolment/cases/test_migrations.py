"""An office that was opened by an earlier station keeps its cases: they get their arrival number, family and names."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

THEN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def earlier():
    """The tables as they were first made; brought up to date again afterwards."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate([("cases", "0001_initial")])

    def bring_up_to_date():
        fresh = MigrationExecutor(connection)
        fresh.migrate(newest)
        return fresh.loader.project_state(newest).apps

    yield executor.loader.project_state([("cases", "0001_initial")]).apps, bring_up_to_date
    bring_up_to_date()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_cases_that_were_filed_before_get_what_is_new(earlier):
    apps, bring_up_to_date = earlier
    officer = apps.get_model("accounts", "Officer").objects.create(
        username="clerk", display_name="Clerk", registered_at=THEN
    )
    person = apps.get_model("cases", "Person").objects.create(
        surname="Müller", given_names="Zoë", birth_date="1985-03-12", sex="F", registered_at=THEN
    )
    for number, label in (("2026-000001", ""), ("2026-000002", "Smith"), ("2026-000003", "Smith")):
        apps.get_model("cases", "Case").objects.create(
            number=number,
            person=person,
            product="titre-de-sejour",
            reason="first",
            legal_basis="x",
            filed_on=date(2026, 1, 5),
            family_batch=label,
            commune="Mamer",
            address="x",
            site="mamer",
            state="filed",
            state_since=THEN,
            filer=officer,
        )
    apps = bring_up_to_date()
    cases = list(apps.get_model("cases", "Case").objects.order_by("number"))
    assert [case.arrival_number for case in cases] == [1, 2, 3]
    assert {(case.file_at, case.queue) for case in cases} == {("mamer", "intake")}
    assert cases[0].family is None
    assert cases[1].family == cases[2].family
    assert cases[1].family.label == "Smith"
    person = apps.get_model("cases", "Person").objects.get()
    assert (person.search_surname, person.search_name) == ("muller", "muller zoe")
    assert apps.get_model("cases", "NumberSeries").objects.get(name="arrival").last == 3
