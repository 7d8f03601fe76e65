"""The best of the articles that a search finds: ranked are the newest that have the words in their title, and the
newest of all that have them. To rank an article is to read its words, so that many would take seconds."""

from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import Case, F, FloatField, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from catalog.estimates import expected
from catalog.models import Article
from catalog.newest import Patience, newest
from catalog.searching import Search, Terms

RANKED = 300  # of each kind
ALL = Patience(together=90)
IN_TITLE = Patience(20, 20, last=0, looks=1)
BY_LENGTH = 1  # ts_rank's way to divide by 1 + the logarithm of the text's length


def ranked(rows: QuerySet[Article], search: Search) -> tuple[list[tuple[float, int]], bool]:
    """(rank, id) of the articles, and whether these are all that fit."""
    ids, whole = newest(rows, RANKED, search, patience=ALL)
    if not whole:
        # Who has the words in the title has them; PostgreSQL takes these for two conditions, and expects too few.
        [fits] = expected(Article.objects.live().filter(heading=search.words))
        ids += newest(search.with_words_in_title(rows), RANKED, search, "heading", fits, IN_TITLE)[0]
    rank = Cast(SearchRank(F("search"), asked(search), normalization=BY_LENGTH), FloatField())
    found: Any = Article.objects.filter(pk__in=set(ids)).order_by().annotate(rank=rank).values_list("rank", "pk")
    return list(found), whole


def asked(search: Search) -> Combinable:
    """The words in the form that the row's own configuration gives them: other forms would add to its rank."""
    if len({form for _, form in search.forms}) == 1:
        return Terms(search.forms[0][1])
    cases = [When(language__in=languages, then=Terms(form)) for languages, form in search.forms]
    return Case(*cases, output_field=SearchQueryField())
