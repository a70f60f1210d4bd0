"""The tables as first made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentNumber',
            fields=[
                ('number', models.CharField(max_length=22, primary_key=True, serialize=False)),
                ('drawn_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Blank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.CharField(max_length=32, unique=True)),
                ('chip_uid', models.CharField(max_length=32, null=True, unique=True)),
                ('box', models.CharField(blank=True, max_length=32)),
                ('state', models.CharField(choices=[('stock', 'in stock'), ('reserved', 'reserved for a job'), ('chip_writing', 'its chip is being written'), ('chip_verified', 'its chip was read back and agrees'), ('printed', 'printed'), ('qa_ok', 'passed the last check'), ('packed', 'packed'), ('shipped', 'on its way'), ('at_site', 'where it will be collected'), ('active', "in its holder's hand"), ('spoiled', 'spoiled, with a reason'), ('destroyed', 'destroyed')], default='stock', max_length=16)),
                ('spoil_reason', models.CharField(blank=True, max_length=256)),
                ('received_at', models.DateTimeField()),
                ('counted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['stock', 'reserved', 'chip_writing', 'chip_verified', 'printed', 'qa_ok', 'packed', 'shipped', 'at_site', 'active', 'spoiled', 'destroyed'])), name='blank_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'spoiled'), _negated=True), models.Q(('spoil_reason', ''), _negated=True), _connector='OR'), name='a_spoiled_blank_has_a_reason'), models.CheckConstraint(condition=models.Q(('received_by', models.F('counted_by')), _negated=True), name='two_people_count_the_blanks')],
            },
        ),
        migrations.CreateModel(
            name='BlankEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start', models.CharField(blank=True, max_length=16)),
                ('end', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('blank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='production.blank')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('open', 'in production'), ('done', 'its card was made'), ('spoiled', 'its blank was spoiled: a new job follows')], default='open', max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('printed_issue_date', models.DateField()),
                ('valid_from', models.DateField()),
                ('expiry_date', models.DateField()),
                ('personalised_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('planned_digests', models.JSONField(default=dict)),
                ('inspection', models.JSONField(default=dict)),
                ('blank', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='job', to='production.blank')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='cases.case')),
                ('document_number', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='job', to='production.documentnumber')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'attempt'), name='one_job_per_attempt'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case',), name='one_open_job_per_case'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'spoiled'])), name='job_state_is_known'), models.CheckConstraint(condition=models.Q(('expiry_date__gt', models.F('printed_issue_date'))), name='a_card_expires_after_its_issue'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('verified_at__isnull', False), _connector='OR'), name='what_is_done_was_verified')],
            },
        ),
    ]
