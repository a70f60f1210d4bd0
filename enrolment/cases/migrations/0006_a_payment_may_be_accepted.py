"""A payment that counts before the books show it: by a decision, with its reason and who took it."""

from django.db import migrations, models

STATES = [
    ("claimed", "a proof lies in the file"),
    ("confirmed", "the Treasury's books show it"),
    ("accepted", "counts before the books show it, by a decision with its reason"),
    ("mismatch", "the books show another amount, or nothing"),
    ("refunded", "paid back"),
]


class Migration(migrations.Migration):
    """Widens the list of states, in the column and in its constraint; an acceptance gives its reason as well."""

    dependencies = [("cases", "0005_a_notice_of_withdrawal")]
    operations = [
        migrations.RemoveConstraint(model_name="payment", name="payment_state_is_known"),
        migrations.RemoveConstraint(model_name="payment", name="a_mismatch_or_refund_gives_its_reason"),
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(choices=STATES, default="claimed", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])), name="payment_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["claimed", "confirmed"]))
                | models.Q(models.Q(("reason", ""), _negated=True), ("checked_by__isnull", False)),
                name="what_is_decided_gives_its_reason",
            ),
        ),
    ]
