"""Every filed case has its place in the order of arrival; families are rows, not words."""

from django.db import migrations, models



class Migration(migrations.Migration):
    """Holds the filled columns to it."""

    dependencies = [("cases", "0003_fill_what_grew")]
    operations = [
        migrations.RemoveField(model_name="case", name="family_batch"),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('arrival_number__isnull', False), _connector='OR'), name='what_is_filed_has_arrived'),
        ),
    ]
