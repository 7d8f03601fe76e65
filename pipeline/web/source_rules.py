"""Rules of discovery for a source: made and removed on its page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Source
from catalog.numbers import intcomma
from pipeline.discovery.site_knowledge import keep_rule, rules_of
from pipeline.discovery.urls.site_rules import InvalidRule
from pipeline.monitor.source_retention import MAX_DAYS, RetentionForm, keep
from pipeline.runs.rule_form import SourceRuleForm
from pipeline.web.sources import detail_page


@require_POST
def source_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a rule of discovery for a source."""
    source = get_object_or_404(Source, pk=pk)
    form = SourceRuleForm(request.POST)
    if not form.is_valid():
        return detail_page(request, source, form, status=422)
    values = form.cleaned_data
    try:
        rule = keep_rule(source.host, **values)
    except InvalidRule as error:
        form.add_error("value", f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return detail_page(request, source, form, status=422)
    saved = _("Rule saved: %(rule)s. The next crawl uses it.")
    messages.success(request, saved % {"rule": str(rule)[:200]})
    return _back(pk)


@require_POST
def source_rule_remove(request: HttpRequest, pk: int, rule: int) -> HttpResponse:
    """Remove a rule of a source."""
    source = get_object_or_404(Source, pk=pk)
    kept = get_object_or_404(rules_of(source.host), pk=rule)
    name = str(kept)
    kept.delete()
    removed = _("Rule removed: %(rule)s.")
    messages.success(request, removed % {"rule": name[:200]})
    return _back(pk)


@require_POST
def source_retention(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep how long articles, versions and stored pages of a source stay."""
    source = get_object_or_404(Source, pk=pk)
    form = RetentionForm(request.POST)
    if form.is_valid():
        keep(source, form.cleaned_data)
        messages.success(request, _("Days saved. They count from the next night on."))
    else:
        wanted = _("Give whole days from 0 to %(most)s, or nothing.")
        messages.error(request, wanted % {"most": intcomma(MAX_DAYS)})
    return HttpResponseRedirect(f"{reverse('source', args=[pk])}#retention", status=303)


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('source', args=[pk])}#rules", status=303)
