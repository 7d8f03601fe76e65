"""What people choose of a watch: what of, where to, how often, and when not."""

import secrets
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import SavedView
from catalog.saved_views import visible_to
from pipeline.access.forms import receiver_address
from pipeline.access.models import MAILTO, NewArticle, Watch, Webhook
from pipeline.access.watch_times import DAILY, RHYTHMS, WEEKDAYS, WEEKLY
from pipeline.core.filters import translated
from pipeline.core.time_zones import known_zones, zone_input, zone_options

MAX_WATCHES = 50  # of a person
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
FIELDS = ("view", "rhythm", "at", "weekday", "zone", "quiet_from", "quiet_to")


class WatchForm(forms.Form):
    """A watch, new or to be changed."""

    view = forms.ModelChoiceField(
        queryset=SavedView.objects.none(),
        label=_("Saved view"),
        empty_label=None,
        error_messages={"invalid_choice": _("You have no such saved view.")},
    )
    url = forms.CharField(
        max_length=2000,
        label=_("E-mail address or URL"),
        widget=forms.TextInput(attrs={"placeholder": "you@example.org"}),
        help_text=_("An e-mail address, or a public http(s) URL that takes webhooks."),
    )
    rhythm = forms.ChoiceField(
        choices=translated(RHYTHMS.items()), initial=DAILY, label=_("Send")
    )
    at = forms.TimeField(
        required=False,
        initial=time(8),
        widget=TIME,
        label=_("Time of the digest"),
        help_text=_("Daily and weekly digests."),
    )
    weekday = forms.TypedChoiceField(
        choices=translated(WEEKDAYS.items()),
        coerce=int,
        empty_value=None,
        required=False,
        initial=1,
        label=_("Day of the weekly digest"),
    )
    zone = forms.CharField(
        required=False,
        max_length=60,
        label=_("Time zone"),
        help_text=_("For example Europe/Berlin"),
        widget=zone_input(),
    )
    quiet_from = forms.TimeField(
        required=False, widget=TIME, label=_("Quiet hours: from")
    )
    quiet_to = forms.TimeField(
        required=False,
        widget=TIME,
        label=_("To"),
        help_text=_("Nothing is sent in between; what is new then is sent afterwards."),
    )

    def __init__(
        self, *given: Any, owner_id: int, watch: Watch | None = None, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        self.owner_id = owner_id
        self.watch = watch
        views = self.fields["view"]
        views.queryset = visible_to(owner_id).order_by("name")  # type: ignore[attr-defined]
        zone = self.fields["zone"]
        zone.initial = settings.TIME_ZONE
        if watch is None and not self.is_bound:
            zone.widget.attrs["data-own-zone"] = ""  # a script puts the browser's there

    @property
    def zones(self) -> SafeString:
        """Time zones to choose from."""
        return zone_options()

    def clean_url(self) -> str:
        return receiver_address(self.cleaned_data["url"])

    def clean_zone(self) -> str:
        zone = self.cleaned_data["zone"] or settings.TIME_ZONE
        if zone not in known_zones():
            raise forms.ValidationError(_("There is no such time zone."))
        return str(zone)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("rhythm") in (DAILY, WEEKLY) and values.get("at") is None:
            self.add_error("at", _("Enter a time, such as 08:00."))
        ends = [values.get("quiet_from"), values.get("quiet_to")]
        has_error = "quiet_from" in self.errors or "quiet_to" in self.errors
        if ends.count(None) == 1 and not has_error:
            self.add_error(
                "quiet_to", _("Enter both ends of the quiet hours, or none.")
            )
        if self.watch is None and self._own() >= MAX_WATCHES:
            full = gettext("You have %(most)s watches. Delete one first.")
            raise forms.ValidationError(full % {"most": MAX_WATCHES})
        return values

    def _own(self) -> int:
        return Watch.objects.filter(owner=self.owner_id).count()

    @transaction.atomic
    def save(self) -> Watch:
        """Return the watch, made or changed. What was stored before a new one is not new."""
        values = self.cleaned_data
        watch = self.watch or Watch(owner_id=self.owner_id, nonce=secrets.token_hex(16))
        for name in FIELDS:
            setattr(watch, name, values[name])
        watch.at = values["at"] or time(8)
        watch.weekday = values["weekday"] or 1
        if watch.pk is None:
            newest = NewArticle.objects.aggregate(number=Max("number"))
            watch.after = newest["number"] or 0
        watch.next_at = watch.next_digest(timezone.now())
        watch.save()
        self._save_receiver(watch)
        return watch

    def _save_receiver(self, watch: Watch) -> None:
        url = self.cleaned_data["url"]
        if self.watch is None:
            Webhook.objects.make(url, [Webhook.Event.NEW_ARTICLES], watch)
        elif watch.receiver.url != url:
            watch.receiver.url = url
            watch.receiver.save(update_fields=["url"])


def values_of(watch: Watch) -> dict[str, Any]:
    """Return a watch as what a person would type to get it."""
    url = watch.receiver.url
    if watch.receiver.is_mail:
        url = url[len(MAILTO) :]
    return {"url": url} | {name: getattr(watch, name) for name in FIELDS}
