"""The form of a job: crawl options, a name, and a schedule in simple words or as a cron
expression."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pipeline.core.filters import translated
from pipeline.core.time_zones import zone_input, zone_options
from pipeline.models import Job
from pipeline.runs import schedules
from pipeline.runs.forms import CrawlForm, typed

REPEATS = [
    ("", _("Manual")),
    ("hour", _("Hourly")),
    ("day", _("Daily")),
    ("week", _("Weekly")),
    ("interval", _("Custom interval")),
    ("cron", _("Cron expression")),
]
UNITS = [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]
NEEDED = {
    "hour": {"minute": _("Enter a minute, 0 to 59.")},
    "day": {"at": _("Enter a time, such as 06:30.")},
    "week": {
        "at": _("Enter a time, such as 06:30."),
        "days": _("Select at least one day."),
    },
    "interval": {
        "number": _("Enter a number."),
        "unit": _("Select minutes, hours or days."),
    },
    "cron": {"cron": _("Enter five fields, such as 30 6 * * 1-5.")},
}


class ScheduleForm(forms.Form):
    """When. Which fields count is said by `repeat`."""

    repeat = forms.ChoiceField(choices=REPEATS, required=False, label=_("Repeat"))
    minute = forms.IntegerField(
        min_value=0,
        max_value=59,
        required=False,
        initial=0,
        label=_("Minutes past the hour"),
    )
    at = forms.TimeField(
        required=False,
        initial="06:00",
        label=_("At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    days = forms.MultipleChoiceField(
        choices=translated(schedules.WEEKDAYS.items()),
        required=False,
        initial=["1"],
        label=_("On"),
        widget=forms.CheckboxSelectMultiple,
    )
    number = forms.IntegerField(
        min_value=1, max_value=9999, required=False, initial=6, label=_("Every")
    )
    unit = forms.ChoiceField(
        choices=UNITS, required=False, initial="hours", label=_("Unit")
    )
    cron = forms.CharField(
        required=False,
        max_length=200,
        label=_("Cron expression"),
        help_text=_(
            "Minute, hour, day of month, month, day of week: 30 6 * * 1-5 is 06:30 on weekdays."
        ),
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "placeholder": "30 6 * * 1-5"}
        ),
    )
    time_zone = forms.CharField(
        required=False,
        max_length=60,
        initial=settings.TIME_ZONE,
        label=_("Time zone"),
        help_text=_("For example Europe/Berlin"),
        widget=zone_input(),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        repeat = values.get("repeat", "")
        for name, complaint in NEEDED.get(repeat, {}).items():
            if name not in self.errors and values.get(name) in (None, "", []):
                self.add_error(name, complaint)
        if repeat and not self.errors:
            self._parse(values)
        return values

    def _parse(self, values: dict[str, Any]) -> None:
        try:
            schedules.parse(self.words, self.zone)
        except ValidationError as error:
            if "time zone" in error.messages[0]:
                field = "time_zone"
            elif values["repeat"] == "cron":
                field = "cron"
            else:
                field = "repeat"
            self.add_error(field, "; ".join(error.messages))

    @property
    def words(self) -> str:
        """The schedule as `pipeline.runs.jobs.save` takes it."""
        return schedules.words_of(self.cleaned_data)

    @property
    def zone(self) -> str:
        """The time zone of a crontab."""
        return self.cleaned_data.get("time_zone") or settings.TIME_ZONE

    @property
    def zones(self) -> SafeString:
        """Names to choose from."""
        return zone_options()


class JobForm(ScheduleForm, CrawlForm):
    """The same fields as the launch form's, and when."""

    def __init__(self, *args: Any, job: Job | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.job = job
        self.fields["name"].required = True
        self.fields["name"].help_text = _("Its runs get the same name.")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if (
            Job.objects.filter(name=name)
            .exclude(pk=self.job.pk if self.job else 0)
            .exists()
        ):
            raise forms.ValidationError(_("A job with this name exists."))
        return name


def of_job(job: Job) -> dict[str, Any]:
    """Return a job as what a person would type to get it."""
    if job.schedule:
        when = schedules.schedule_of(job.schedule)
    else:
        when = None
    return {**typed(job.parameters), "name": job.name, **schedules.fields_of(when)}
