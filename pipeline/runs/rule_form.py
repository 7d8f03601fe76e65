"""The form of a rule of discovery for a source."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pipeline.core.filters import translated
from pipeline.discovery.site_knowledge import MAX_NOTE_LENGTH
from pipeline.discovery.urls.site_rules import MAX_VALUE_LENGTH
from pipeline.models import SourceRule


class SourceRuleForm(forms.Form):
    """What to take or to leave; what a value may be is checked when it is kept."""

    verdict = forms.ChoiceField(
        choices=translated(SourceRule.Verdict.choices), label=_("Action")
    )
    kind = forms.ChoiceField(
        choices=translated(SourceRule.Kind.choices), label=_("Type")
    )
    value = forms.CharField(
        max_length=MAX_VALUE_LENGTH,
        label=_("URL or pattern"),
        help_text=_(
            "A URL or path such as /feed.xml; a pattern such as /notes/*, as for a crawl."
        ),
    )
    note = forms.CharField(max_length=MAX_NOTE_LENGTH, required=False, label=_("Note"))
