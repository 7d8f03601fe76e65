"""A row of each kind that has a page or a route of its own."""

from django.contrib.auth.models import User

from catalog.models import SavedView
from catalog.personal import Passage
from catalog.side_tables import Feed
from pipeline.access.models import Watch, Webhook
from pipeline.access.roles import Role
from pipeline.models import SourceRule
from pipeline.runs import jobs
from tests.pages import a_run, a_snapshot, an_article, journeys


def one_of_each(user: User) -> dict[str, int]:
    """The id of a row by what paths call its kind; what can be owned is the user's."""
    article = an_article(1)
    run = a_run()
    [journey] = journeys(run, 1, article=article)
    view = SavedView.objects.create(owner=user, name="mine", query="q=words")
    watch = Watch.objects.create(owner=user, view=view, rhythm="daily", nonce="n")
    Webhook.objects.make("https://hooks.example/", [], watch=watch)
    token, _ = user.tokens.issue(user, "mine", Role.ADMIN)  # type: ignore[attr-defined]
    passage = Passage.objects.create(owner=user, article=article, quote="words")
    host = article.source.host
    rows = {
        "runs": run,
        "journeys": journey,
        "snapshots": a_snapshot(article, b"<p>words</p>"),
        "jobs": jobs.save("Morning", run.parameters, "every 6 hours"),
        "sources": article.source,
        "rules": SourceRule.objects.create(host=host, value="/feed.xml"),
        "watches": watch,
        "webhooks": Webhook.objects.make("https://hooks.example/", ["run.ended"]),
        "users": User.objects.create(username="somebody"),
        "tokens": token,
        "feeds": Feed.objects.create(owner=user, nonce="n"),
        "views": view,
        "highlights": passage,
        "articles": article,
    }
    return {kind: row.pk for kind, row in rows.items()}
