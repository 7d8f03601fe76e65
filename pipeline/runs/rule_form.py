"""The form of a rule of discovery for a source."""

from django import forms

from pipeline.discovery.site_knowledge import MAX_NOTE_LENGTH
from pipeline.discovery.urls.site_rules import MAX_VALUE_LENGTH
from pipeline.models import SourceRule


class SourceRuleForm(forms.Form):
    """What to take or to leave; what a value may be is checked when it is kept."""

    verdict = forms.ChoiceField(choices=SourceRule.Verdict.choices, label="Action")
    kind = forms.ChoiceField(choices=SourceRule.Kind.choices, label="Type")
    value = forms.CharField(
        max_length=MAX_VALUE_LENGTH,
        label="URL or pattern",
        help_text="A URL or path such as /feed.xml; a pattern such as /notes/*, as for a crawl.",
    )
    note = forms.CharField(max_length=MAX_NOTE_LENGTH, required=False, label="Note")
