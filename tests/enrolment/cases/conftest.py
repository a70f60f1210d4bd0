"""Cases in the states that these tests start from."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import load_application

LONG_TERM_PIECES = [
    {"code": "passport_copy", "copy_kind": "certified"},
    {"code": "fee_proof", "amount_eur": 80, "reference": "T-1"},
] + [{"code": code} for code in ("stay_five_years", "resources", "housing", "health_insurance", "criminal_record")]


@pytest.fixture
def in_review(walk, officers, now):
    """A worker's case before those who decide."""
    from enrolment.cases.services import submit

    return submit(walk.enrolled(), officers.clerk, now)


@pytest.fixture
def long_term_case(application_file, walk, officers, now) -> Any:
    """A long-term resident with protection granted in Germany, in review: the question to Germany is not asked yet."""
    from enrolment.cases.services import submit

    walk.application = load_application(
        application_file(
            product={"code": "residence-longue-duree-ue", "category": None},
            remark={"state": "DEU", "granted_on": date(2018, 3, 1)},
            pieces=LONG_TERM_PIECES,
        )
    )
    return submit(walk.enrolled(), officers.clerk, now)


@pytest.fixture
def british_application(application_file) -> Any:
    """A British resident's application under the Withdrawal Agreement, as it comes by post."""

    def make(**sections: Any) -> Any:
        content: dict[str, Any] = {
            "product": {
                "code": "accord-de-retrait",
                "category": None,
                "withdrawal_article": "18(1)",
                "filed_on": date(2021, 12, 31),
                "received_on": date(2021, 12, 31),
            },
            "person": {"nationalities": ["GBR"]},
            "passport": {"issuing_state": "GBR"},
            "residence": {"arrival_date": date(2010, 5, 1)},
            "withdrawal": {"resident_at_end": True, "right_of_residence": True},
            "pieces": [{"code": "signed_form"}, {"code": "identity_copy"}],
            "previous": {"kind": "attestation-d-enregistrement", "issue_date": date(2015, 1, 1)},
            "document": None,
        }
        return load_application(application_file(**{**content, **sections}))

    return make


@pytest.fixture
def places(db, now) -> SimpleNamespace:
    """Officers of a commune and of the ministry, each at their own place."""
    carrier = [Role.FILE, Role.DELIVER]
    return SimpleNamespace(
        commune=register_officer("mamer", "Mamer", carrier, now, site="mamer"),
        ministry=register_officer("direction", "Direction", [*carrier, Role.DECIDE], now),
    )
