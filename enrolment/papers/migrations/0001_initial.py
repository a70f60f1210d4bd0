"""The tables as first made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PrintedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('arrival', 'arrival'), ('registration', 'registration'), ('permanent', 'permanent'), ('decision', 'decision'), ('authorisation', 'authorisation'), ('prolongation', 'prolongation'), ('readmission', 'readmission'), ('return', 'return'), ('renewal', 'renewal'), ('appointment', 'appointment'), ('commune_notice', 'commune_notice'), ('state_letter', 'state_letter'), ('can_letter', 'can_letter')], max_length=16)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('seal', models.BinaryField(default=bytes, max_length=456)),
                ('check_code', models.CharField(blank=True, max_length=32)),
                ('document', models.CharField(blank=True, max_length=8)),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('printed_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='printed_papers', to='cases.case')),
                ('printed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['receipt', 'arrival', 'registration', 'permanent', 'decision', 'authorisation', 'prolongation', 'readmission', 'return', 'renewal', 'appointment', 'commune_notice', 'state_letter', 'can_letter'])), name='paper_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('check_code', ''), ('kind', 'can_letter'), ('sha256', '')), models.Q(models.Q(('kind', 'can_letter'), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='of_an_access_number_nothing_is_kept'), models.UniqueConstraint(condition=models.Q(('check_code', ''), _negated=True), fields=('check_code',), name='a_check_code_opens_one_paper'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('printed_at')), _connector='OR'), name='a_paper_is_withdrawn_after_it_was_printed')],
            },
        ),
    ]
