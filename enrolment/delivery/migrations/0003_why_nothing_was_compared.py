"""A hand-over tells why no print was compared, and whether the passport was that of the case."""

from django.db import migrations, models

REASONS = [
    ("finger_hurt", "the fingers are hurt or bandaged"),
    ("print_worn", "the prints are too worn to be compared"),
    ("no_scanner", "no scanner works at this counter"),
]


class Migration(migrations.Migration):
    """Two columns; of earlier hand-overs nobody noted it."""

    dependencies = [("delivery", "0002_reports_and_hot_list")]
    operations = [
        migrations.AddField(
            model_name="handover",
            name="not_compared",
            field=models.CharField(blank=True, choices=REASONS, default="", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handover", name="passport_matches", field=models.BooleanField(null=True)
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("not_compared", ""))
                | models.Q(("match_score__isnull", True), ("not_compared__in", [reason for reason, _ in REASONS])),
                name="what_was_not_compared_has_no_score",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("passport_matches__isnull", True)) | models.Q(("passport_matches", True)),
                name="no_card_for_another_passport",
            ),
        ),
    ]
