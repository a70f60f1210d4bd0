"""Cases that were there before get their arrival number, family and place; persons their search names."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from enrolment.cases.names import search_name, search_surname


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """In the order in which the cases were filed."""
    case_of, family_of = apps.get_model("cases", "Case"), apps.get_model("cases", "FamilyBatch")
    person_of, series_of = apps.get_model("cases", "Person"), apps.get_model("cases", "NumberSeries")
    for person in person_of.objects.all():
        person.search_surname = search_surname(person)
        person.search_name = search_name(person)
        person.save(update_fields=["search_surname", "search_name"])
    for number, case in enumerate(case_of.objects.order_by("id"), start=1):
        case.arrival_number, case.file_at = number, case.site
        if case.family_batch:
            case.family, _ = family_of.objects.get_or_create(
                label=case.family_batch,
                site=case.site,
                filed_on=case.filed_on,
                defaults={"number": f"F-0000-{number:06d}", "opened_at": case.state_since, "opened_by": case.filer},
            )
        case.save(update_fields=["arrival_number", "file_at", "family"])
        series_of.objects.update_or_create(name="arrival", defaults={"last": number})


class Migration(migrations.Migration):
    """Fills the new columns."""

    dependencies = [("cases", "0002_files_grow")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
