"""Pieces get states; families, letters, exchanges, transfers, mail, payments and statuses get tables."""

import django.db.models.deletion
import enrolment.cases.steps
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FamilyBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('label', models.CharField(max_length=64)),
                ('site', models.CharField(max_length=32)),
                ('filed_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('label', 'site', 'filed_on'), name='one_family_of_a_label_a_day'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='a_family_has_a_label')],
            },
        ),
        migrations.AddField(
            model_name='Person',
            name='same_as',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='other_records', to='cases.person'),
        ),
        migrations.AddField(
            model_name='Person',
            name='search_name',
            field=models.CharField(blank=True, db_index=True, max_length=512),
        ),
        migrations.AddField(
            model_name='Person',
            name='search_surname',
            field=models.CharField(blank=True, db_index=True, max_length=256),
        ),
        migrations.AddField(
            model_name='Case',
            name='arrival_number',
            field=models.PositiveBigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='Case',
            name='assignee',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases_at_hand', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='Case',
            name='file_at',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='Case',
            name='is_confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='Case',
            name='is_paper',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='Case',
            name='other_facts',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='Case',
            name='prolonged_until',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='Case',
            name='request_key',
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='Case',
            name='family',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='cases.familybatch'),
        ),
        migrations.AddField(
            model_name='PieceRecord',
            name='judged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='PieceRecord',
            name='state',
            field=models.CharField(choices=[('received', 'lies in the file'), ('accepted', 'accepted'), ('doubted', 'doubted: authentication may be asked for (art. 24)'), ('refused', 'refused: does not count')], default='received', max_length=16),
        ),
        migrations.AddField(
            model_name='PieceRecord',
            name='judged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='PieceRecord',
            name='judgement',
            field=models.CharField(blank=True, max_length=256),
        ),
        migrations.AddField(
            model_name='PieceRecord',
            name='other_facts',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='Receipt',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='SponsorRecord',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sponsored', to='cases.person'),
        ),
        migrations.AddField(
            model_name='Case',
            name='queue',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state__in=['draft', 'filed', 'returned', 'receipted'], then=models.Value('intake')), models.When(state__in=['sent'], then=models.Value('post')), models.When(state__in=['received', 'review', 'prolonged', 'decided'], then=models.Value('examination')), models.When(state__in=['awaiting_state'], then=models.Value('abroad')), models.When(state__in=['invited', 'booked', 'enrolled'], then=models.Value('capture')), models.When(state__in=['approved', 'producing'], then=models.Value('production')), models.When(state__in=['ready', 'in_transit', 'at_site', 'handed_over'], then=models.Value('delivery')), models.When(state__in=['closed', 'refused', 'withdrawn', 'abandoned'], then=models.Value('ended'))), output_field=models.CharField(max_length=16)),
        ),
        migrations.AddConstraint(
            model_name='Person',
            constraint=models.CheckConstraint(condition=models.Q(('same_as__isnull', True), ('same_as__lt', models.F('id')), _connector='OR'), name='the_same_person_is_the_earlier_record'),
        ),
        migrations.RemoveConstraint(
            model_name='Case',
            name='released_by_someone',
        ),
        migrations.AddConstraint(
            model_name='Case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', [enrolment.cases.steps.State['APPROVED'], enrolment.cases.steps.State['PRODUCING'], enrolment.cases.steps.State['READY'], enrolment.cases.steps.State['IN_TRANSIT'], enrolment.cases.steps.State['AT_SITE'], enrolment.cases.steps.State['HANDED_OVER'], enrolment.cases.steps.State['CLOSED']]), _negated=True), models.Q(('decider__isnull', False), ('releaser__isnull', False)), models.Q(('is_paper', True), ('state__in', [enrolment.cases.steps.State['HANDED_OVER'], enrolment.cases.steps.State['CLOSED']])), _connector='OR'), name='released_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='Case',
            constraint=models.CheckConstraint(condition=models.Q(('postmarked_on__isnull', True), ('received_on__isnull', True), ('postmarked_on__lte', models.F('received_on')), _connector='OR'), name='a_letter_is_posted_before_it_comes'),
        ),
        migrations.AddConstraint(
            model_name='Case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'prolonged'), _negated=True), ('prolonged_until__isnull', False), _connector='OR'), name='what_is_prolonged_has_its_last_day'),
        ),
        migrations.AddIndex(
            model_name='Case',
            index=models.Index(fields=['queue', 'arrival_number'], name='case_by_queue_and_arrival'),
        ),
        migrations.AddConstraint(
            model_name='PieceRecord',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['received', 'accepted', 'doubted', 'refused'])), name='piece_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='PieceRecord',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'received'), models.Q(('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='a_judged_piece_has_its_judge'),
        ),
        migrations.AddConstraint(
            model_name='PieceRecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['doubted', 'refused']), _negated=True), models.Q(('judgement', ''), _negated=True), _connector='OR'), name='a_doubt_or_refusal_gives_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='Receipt',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('effect_from__isnull', True), ('valid_until__gt', models.F('effect_from')), _connector='OR'), name='a_receipt_ends_after_it_begins'),
        ),
        migrations.CreateModel(
            name='AddressVisa',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_kind', models.CharField(max_length=64)),
                ('document_number', models.CharField(blank=True, max_length=32)),
                ('commune', models.CharField(max_length=128)),
                ('address', models.CharField(max_length=256)),
                ('arrived_on', models.DateField()),
                ('entered_on', models.DateField()),
                ('is_late', models.BooleanField(default=False)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='address_visas', to='cases.person')),
            ],
            options={
                'ordering': ('entered_on', 'id'),
                'constraints': [models.UniqueConstraint(fields=('person', 'document_kind', 'document_number', 'arrived_on'), name='an_arrival_is_stamped_once'), models.CheckConstraint(condition=models.Q(('entered_on__gte', models.F('arrived_on'))), name='a_visa_follows_the_arrival')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, null=True, unique=True)),
                ('kind', models.CharField(choices=[('renewal', 'invitation to renew'), ('appointment', 'invitation to an appointment'), ('incomplete', 'an incomplete file goes back'), ('decision', 'decision'), ('prolongation', 'the decision takes longer'), ('state_request', 'question to another Member State'), ('state_reminder', 'reminder to another Member State'), ('state_answer', 'answer to another Member State'), ('state_remark', 'request to another Member State to change a remark'), ('readmission', 'readmission'), ('commune_notice', 'notice to a commune')], max_length=16)),
                ('occasion', models.CharField(max_length=96, unique=True)),
                ('rule', models.CharField(blank=True, max_length=8)),
                ('due_on', models.DateField()),
                ('content', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('due', 'to be written'), ('written', 'written'), ('sent', 'sent'), ('cancelled', 'no longer needed')], default='due', max_length=16)),
                ('ordered_at', models.DateTimeField()),
                ('written_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('paper_sha256', models.CharField(blank=True, max_length=64)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='cases.case')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='cases.person')),
            ],
            options={
                'ordering': ('due_on', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['renewal', 'appointment', 'incomplete', 'decision', 'prolongation', 'state_request', 'state_reminder', 'state_answer', 'state_remark', 'readmission', 'commune_notice'])), name='letter_kind_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['due', 'written', 'sent', 'cancelled'])), name='letter_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'written'), _negated=True), models.Q(('number__isnull', False), ('written_at__isnull', False), models.Q(('paper_sha256', ''), _negated=True)), _connector='OR'), name='a_written_letter_has_its_paper'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('number__isnull', False), ('sent_at__isnull', False), ('written_at__isnull', False), ('sent_at__gte', models.F('written_at')), models.Q(('paper_sha256', ''), _negated=True), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='a_sent_letter_was_written')],
            },
        ),
        migrations.CreateModel(
            name='MailEnvelope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('postmarked_on', models.DateField(null=True)),
                ('received_on', models.DateField()),
                ('site', models.CharField(max_length=32)),
                ('opened_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('postmarked_on__isnull', True), ('postmarked_on__lte', models.F('received_on')), _connector='OR'), name='an_envelope_is_posted_before_it_comes')],
            },
        ),
        migrations.CreateModel(
            name='MailFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('arrival_number', models.PositiveBigIntegerField(unique=True)),
                ('form_sha256', models.CharField(max_length=64)),
                ('signature', models.CharField(choices=[('unchecked', 'not looked at yet'), ('present', 'signed'), ('absent', 'not signed'), ('doubtful', 'doubtful')], default='unchecked', max_length=16)),
                ('checked_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=256)),
                ('case', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail_file', to='cases.case')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('envelope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='cases.mailenvelope')),
            ],
            options={
                'ordering': ('arrival_number',),
                'constraints': [models.UniqueConstraint(fields=('envelope', 'position'), name='one_file_per_position'), models.UniqueConstraint(fields=('form_sha256',), name='a_form_comes_once'), models.CheckConstraint(condition=models.Q(('signature__in', ['unchecked', 'present', 'absent', 'doubtful'])), name='signature_check_is_known'), models.CheckConstraint(condition=models.Q(('signature', 'unchecked'), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='a_signature_check_has_its_officer'), models.CheckConstraint(condition=models.Q(('case__isnull', True), models.Q(('signature', 'unchecked'), _negated=True), _connector='OR'), name='a_form_is_looked_at_before_its_case')],
            },
        ),
        migrations.CreateModel(
            name='MemberStateExchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ask_protection', 'does protection still hold? (R33, before the remark)'), ('answer_protection', 'another State asks the same of us (R34, one month)'), ('change_after_transfer', 'responsibility came to Luxembourg (R35, three months)'), ('change_on_request', 'responsibility went to another State, which asks (R36, three months)'), ('ask_change', 'we granted protection: the State of the permit changes its remark (R37)')], max_length=32)),
                ('state', models.CharField(max_length=3)),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('started_on', models.DateField()),
                ('due_on', models.DateField(null=True)),
                ('reminded_on', models.DateField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('holds', 'protection holds'), ('withdrawn', 'protection was withdrawn for good: no remark'), ('changed', 'the remark was changed'), ('declined', 'declined, with its reason')], max_length=16)),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='cases.case')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exchanges', to='cases.person')),
            ],
            options={
                'ordering': ('started_on', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['ask_protection', 'answer_protection', 'change_after_transfer', 'change_on_request', 'ask_change'])), name='exchange_kind_is_known'), models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'holds', 'withdrawn', 'changed', 'declined'])), name='exchange_outcome_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='who_declines_says_why'), models.UniqueConstraint(condition=models.Q(('answered_on__isnull', True)), fields=('person', 'kind', 'state'), name='one_open_exchange_of_a_kind'), models.CheckConstraint(condition=models.Q(models.Q(('answered_on__isnull', True), ('outcome', '')), models.Q(('answered_on__gte', models.F('started_on')), ('answered_on__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='an_exchange_ends_with_an_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_cents', models.PositiveIntegerField()),
                ('paid_on', models.DateField()),
                ('reference', models.CharField(blank=True, max_length=64)),
                ('is_family_share', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('claimed', 'a proof lies in the file'), ('confirmed', "the Treasury's books show it"), ('mismatch', 'the books show another amount, or nothing'), ('refunded', 'paid back')], default='claimed', max_length=16)),
                ('booked_cents', models.PositiveIntegerField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('refunded_on', models.DateField(null=True)),
                ('refund_reference', models.CharField(blank=True, max_length=64)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='cases.case')),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('piece', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payment', to='cases.piecerecord')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['claimed', 'confirmed', 'mismatch', 'refunded'])), name='payment_state_is_known'), models.CheckConstraint(condition=models.Q(('amount_cents__gt', 0)), name='a_payment_is_some_money'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['mismatch', 'refunded']), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('checked_by__isnull', False)), _connector='OR'), name='a_mismatch_or_refund_gives_its_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refunded'), _negated=True), models.Q(('refunded_on__isnull', False), models.Q(('refund_reference', ''), _negated=True)), _connector='OR'), name='a_refund_has_its_reference'), models.UniqueConstraint(condition=models.Q(('is_family_share', False), ('state', 'confirmed')), fields=('reference',), name='a_treasury_reference_pays_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('booked_cents', models.F('amount_cents')), ('booked_cents__isnull', False), ('checked_by__isnull', False), models.Q(('reference', ''), _negated=True)), _connector='OR'), name='what_is_confirmed_is_booked')],
            },
        ),
        migrations.CreateModel(
            name='PersonEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('removal', 'removal decision (art. 28)'), ('departure', 'left the country (art. 26)'), ('readmission', 'readmitted (art. 10bis, 15)')], max_length=16)),
                ('reference', models.CharField(max_length=64)),
                ('occurred_on', models.DateField()),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'reference'), name='an_event_is_entered_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['removal', 'departure', 'readmission'])), name='person_event_kind_is_known'), models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='a_person_event_has_its_reference')],
            },
        ),
        migrations.CreateModel(
            name='PersonStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('since', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('end_ground', models.CharField(blank=True, choices=[('decision', 'withdrawn by decision'), ('removal', 'removal decision'), ('absence', "absence beyond the law's limits"), ('other_state', 'the status was given in another Member State'), ('naturalised', 'became a citizen'), ('replaced', 'another status took its place'), ('death', 'died')], max_length=16)),
                ('end_reason', models.CharField(blank=True, max_length=256)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='cases.case')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='cases.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('person', 'kind'), name='one_live_status_of_a_kind'), models.CheckConstraint(condition=models.Q(('end_ground__in', ['', 'decision', 'removal', 'absence', 'other_state', 'naturalised', 'replaced', 'death'])), name='end_ground_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('end_ground', ''), ('ended_on__isnull', True)), models.Q(('ended_by__isnull', False), ('ended_on__gte', models.F('since')), ('ended_on__isnull', False), models.Q(('end_ground', ''), _negated=True)), _connector='OR'), name='a_status_ends_on_a_ground')],
            },
        ),
        migrations.CreateModel(
            name='PossibleDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('found_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('open', 'not looked at yet'), ('same', 'one person'), ('different', 'two persons')], default='open', max_length=16)),
                ('reason', models.CharField(blank=True, max_length=256)),
                ('judged_at', models.DateTimeField(null=True)),
                ('earlier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.person')),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('later', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='possible_duplicates', to='cases.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('earlier', 'later'), name='a_pair_is_looked_at_once'), models.CheckConstraint(condition=models.Q(('earlier__lt', models.F('later'))), name='a_pair_is_two_records'), models.CheckConstraint(condition=models.Q(('verdict__in', ['open', 'same', 'different'])), name='same_verdict_is_known'), models.CheckConstraint(condition=models.Q(('verdict', 'open'), models.Q(models.Q(('reason', ''), _negated=True), ('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='who_judges_a_pair_says_why')],
            },
        ),
        migrations.CreateModel(
            name='QueueJump',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=256)),
                ('passed_over', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='queue_jump', to='cases.case')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_jump_has_its_reason'), models.CheckConstraint(condition=models.Q(('officer', models.F('supervisor')), _negated=True), name='a_jump_is_agreed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='TransferList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('from_site', models.CharField(max_length=32)),
                ('to_site', models.CharField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('courier', models.CharField(blank=True, max_length=64)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('from_site', models.F('to_site')), _negated=True), name='a_parcel_goes_somewhere_else'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_by__isnull', True)), models.Q(('sent_at__gte', models.F('made_at')), ('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='a_sent_parcel_has_its_sender'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('sent_at__isnull', False), ('acknowledged_at__gte', models.F('sent_at')), models.Q(('acknowledged_by', models.F('sent_by')), _negated=True)), _connector='OR'), name='a_parcel_is_acknowledged_by_another')],
            },
        ),
        migrations.CreateModel(
            name='TransferItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.CharField(choices=[('file', 'the file with its pieces and photo'), ('card', 'a finished card, to be collected'), ('returned_document', 'a document that was handed in, for the minister')], max_length=32)),
                ('state', models.CharField(choices=[('listed', 'on the list, not acknowledged'), ('received', 'acknowledged by who received it'), ('missing', 'was not in the parcel'), ('found', 'was missing and came to light')], default='listed', max_length=16)),
                ('noted_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=256)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='cases.case')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='cases.transferlist')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['listed', 'received', 'missing', 'found'])), name='item_state_is_known'), models.CheckConstraint(condition=models.Q(('content__in', ['file', 'card', 'returned_document'])), name='item_content_is_known'), models.UniqueConstraint(fields=('transfer', 'case', 'content'), name='a_thing_is_listed_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['listed', 'missing'])), fields=('case', 'content'), name='a_thing_is_on_one_open_list'), models.CheckConstraint(condition=models.Q(('state', 'listed'), models.Q(('noted_at__isnull', False), ('noted_by__isnull', False)), _connector='OR'), name='what_is_noted_has_its_witness')],
            },
        ),
    ]
