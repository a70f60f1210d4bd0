"""The tables as first made."""

import django.db.models.deletion
import enrolment.cases.steps
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('name', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('surname', models.CharField(max_length=256)),
                ('given_names', models.CharField(blank=True, max_length=256)),
                ('latin_surname', models.CharField(blank=True, max_length=256)),
                ('latin_given_names', models.CharField(blank=True, max_length=256)),
                ('birth_date', models.CharField(max_length=10)),
                ('birth_place', models.CharField(blank=True, max_length=256)),
                ('sex', models.CharField(choices=[('F', 'F'), ('M', 'M'), ('X', 'X')], max_length=1)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('registered_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['birth_date', 'surname'], name='person_by_birth_and_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sex__in', ['F', 'M', 'X'])), name='sex_is_known'), models.CheckConstraint(condition=models.Q(('surname', ''), _negated=True), name='person_has_a_surname')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='cases.person')),
                ('product', models.CharField(max_length=64)),
                ('reason', models.CharField(choices=[('first', 'first'), ('renewal', 'renewal'), ('replacement', 'replacement'), ('remark_change', 'remark_change')], max_length=16)),
                ('category', models.CharField(blank=True, max_length=64)),
                ('legal_basis', models.CharField(max_length=256)),
                ('withdrawal_article', models.CharField(blank=True, max_length=8)),
                ('held_special_card', models.BooleanField(default=False)),
                ('filed_on', models.DateField()),
                ('postmarked_on', models.DateField(null=True)),
                ('received_on', models.DateField(null=True)),
                ('family_batch', models.CharField(blank=True, db_index=True, max_length=64)),
                ('commune', models.CharField(max_length=128)),
                ('address', models.CharField(max_length=256)),
                ('arrival_date', models.DateField(null=True)),
                ('site', models.CharField(max_length=32)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('filed', 'filed'), ('returned', 'returned'), ('receipted', 'receipted'), ('sent', 'sent'), ('received', 'received'), ('review', 'review'), ('awaiting_state', 'awaiting_state'), ('prolonged', 'prolonged'), ('decided', 'decided'), ('invited', 'invited'), ('booked', 'booked'), ('enrolled', 'enrolled'), ('approved', 'approved'), ('producing', 'producing'), ('ready', 'ready'), ('in_transit', 'in_transit'), ('at_site', 'at_site'), ('handed_over', 'handed_over'), ('closed', 'closed'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('abandoned', 'abandoned')], db_index=True, max_length=16)),
                ('state_since', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('decided_expiry_date', models.DateField(null=True)),
                ('photo_verdict', models.CharField(blank=True, max_length=16)),
                ('photo_overridden', models.BooleanField(default=False)),
                ('decider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_cases', to=settings.AUTH_USER_MODEL)),
                ('filer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filed_cases', to=settings.AUTH_USER_MODEL)),
                ('releaser', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='released_cases', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', [enrolment.cases.steps.State['DRAFT'], enrolment.cases.steps.State['FILED'], enrolment.cases.steps.State['RETURNED'], enrolment.cases.steps.State['RECEIPTED'], enrolment.cases.steps.State['SENT'], enrolment.cases.steps.State['RECEIVED'], enrolment.cases.steps.State['REVIEW'], enrolment.cases.steps.State['AWAITING_STATE'], enrolment.cases.steps.State['PROLONGED'], enrolment.cases.steps.State['DECIDED'], enrolment.cases.steps.State['INVITED'], enrolment.cases.steps.State['BOOKED'], enrolment.cases.steps.State['ENROLLED'], enrolment.cases.steps.State['APPROVED'], enrolment.cases.steps.State['PRODUCING'], enrolment.cases.steps.State['READY'], enrolment.cases.steps.State['IN_TRANSIT'], enrolment.cases.steps.State['AT_SITE'], enrolment.cases.steps.State['HANDED_OVER'], enrolment.cases.steps.State['CLOSED'], enrolment.cases.steps.State['REFUSED'], enrolment.cases.steps.State['WITHDRAWN'], enrolment.cases.steps.State['ABANDONED']])), name='state_is_known'), models.CheckConstraint(condition=models.Q(('decider__isnull', True), models.Q(('decider', models.F('filer')), _negated=True), _connector='OR'), name='who_files_does_not_decide'), models.CheckConstraint(condition=models.Q(('releaser__isnull', True), models.Q(('releaser', models.F('decider')), _negated=True), _connector='OR'), name='who_decides_does_not_release'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', [enrolment.cases.steps.State['DECIDED'], enrolment.cases.steps.State['REFUSED'], enrolment.cases.steps.State['APPROVED'], enrolment.cases.steps.State['PRODUCING'], enrolment.cases.steps.State['READY']]), _negated=True), ('decider__isnull', False), _connector='OR'), name='decided_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', [enrolment.cases.steps.State['APPROVED'], enrolment.cases.steps.State['PRODUCING'], enrolment.cases.steps.State['READY'], enrolment.cases.steps.State['IN_TRANSIT'], enrolment.cases.steps.State['AT_SITE'], enrolment.cases.steps.State['HANDED_OVER'], enrolment.cases.steps.State['CLOSED']]), _negated=True), models.Q(('decider__isnull', False), ('releaser__isnull', False)), _connector='OR'), name='released_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='PassportRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=32)),
                ('issuing_state', models.CharField(max_length=3)),
                ('expiry_date', models.DateField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='passport', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='PieceRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64)),
                ('copy_kind', models.CharField(blank=True, choices=[('plain', 'plain'), ('full', 'full'), ('certified', 'certified'), ('original', 'original')], max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('issued_on', models.DateField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('translated', models.BooleanField(default=False)),
                ('amount_cents', models.PositiveIntegerField(null=True)),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('other_proof', models.CharField(blank=True, max_length=256)),
                ('received_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='PreviousDocumentRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('number', models.CharField(blank=True, max_length=32)),
                ('issue_date', models.DateField(null=True)),
                ('expiry_date', models.DateField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='previous', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='ProtectionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=3)),
                ('granted_on', models.DateField(null=True)),
                ('asked_on', models.DateField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('still_protected', models.BooleanField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='protection', to='cases.case')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_on__isnull', True), ('still_protected__isnull', False), _connector='OR'), name='an_answer_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('counts_as_card', 'counts_as_card'), ('conditional', 'conditional'), ('presence', 'presence'), ('acknowledgement', 'acknowledgement')], max_length=16)),
                ('issued_at', models.DateTimeField()),
                ('effect_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('article', models.CharField(max_length=128)),
                ('check_code', models.CharField(max_length=32, unique=True)),
                ('paper_sha256', models.CharField(blank=True, max_length=64)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='cases.case')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'counts_as_card'), _negated=True), ('valid_until__isnull', False), _connector='OR'), name='a_receipt_that_counts_as_card_ends')],
            },
        ),
        migrations.CreateModel(
            name='RepresentativeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('surname', models.CharField(max_length=256)),
                ('given_names', models.CharField(blank=True, max_length=256)),
                ('relation', models.CharField(max_length=32)),
                ('document_number', models.CharField(blank=True, max_length=32)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='representative', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='SponsorRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('surname', models.CharField(max_length=256)),
                ('given_names', models.CharField(blank=True, max_length=256)),
                ('nationality', models.CharField(max_length=3)),
                ('relation', models.CharField(max_length=32)),
                ('permit_expiry_date', models.DateField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sponsor', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('action', models.CharField(max_length=16)),
                ('start', models.CharField(blank=True, max_length=16)),
                ('end', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='cases.case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('version',),
                'constraints': [models.UniqueConstraint(fields=('case', 'version'), name='one_step_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('granted', models.BooleanField()),
                ('reasons', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField()),
                ('valid_until', models.DateField(null=True)),
                ('check_code', models.CharField(max_length=32, unique=True)),
                ('paper_sha256', models.CharField(blank=True, max_length=64)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='cases.case')),
                ('decider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('granted', True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='a_refusal_gives_reasons')],
            },
        ),
        migrations.CreateModel(
            name='Nationality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=3)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nationalities', to='cases.person')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('person', 'code'), name='a_nationality_once'), models.UniqueConstraint(fields=('person', 'position'), name='one_nationality_per_position')],
            },
        ),
    ]
