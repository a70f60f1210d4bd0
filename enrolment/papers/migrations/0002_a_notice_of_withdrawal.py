"""A paper more: the notice that a removal decision withdraws every document."""

from django.db import migrations, models

KINDS = [
    "receipt",
    "arrival",
    "registration",
    "permanent",
    "decision",
    "authorisation",
    "prolongation",
    "readmission",
    "return",
    "renewal",
    "appointment",
    "commune_notice",
    "state_letter",
    "withdrawal",
    "can_letter",
]


class Migration(migrations.Migration):
    """Widens the list of kinds, in the column and in its constraint."""

    dependencies = [("papers", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="printedpaper", name="paper_kind_is_known"),
        migrations.AlterField(
            model_name="printedpaper",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=16),
        ),
        migrations.AddConstraint(
            model_name="printedpaper",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="paper_kind_is_known"),
        ),
    ]
