"""A letter more: the notice that a removal decision withdraws every document."""

from django.db import migrations, models

KINDS = [
    ("renewal", "invitation to renew"),
    ("appointment", "invitation to an appointment"),
    ("incomplete", "an incomplete file goes back"),
    ("decision", "decision"),
    ("prolongation", "the decision takes longer"),
    ("state_request", "question to another Member State"),
    ("state_reminder", "reminder to another Member State"),
    ("state_answer", "answer to another Member State"),
    ("state_remark", "request to another Member State to change a remark"),
    ("readmission", "readmission"),
    ("commune_notice", "notice to a commune"),
    ("withdrawal", "a removal decision withdraws the documents"),
]


class Migration(migrations.Migration):
    """Widens the list of kinds, in the column and in its constraint."""

    dependencies = [("cases", "0004_what_is_filed_has_arrived")]
    operations = [
        migrations.RemoveConstraint(model_name="letter", name="letter_kind_is_known"),
        migrations.AlterField(model_name="letter", name="kind", field=models.CharField(choices=KINDS, max_length=16)),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="letter_kind_is_known"
            ),
        ),
    ]
