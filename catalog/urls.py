"""Routes of the catalogue."""

from django.urls import path

from catalog.views import (
    articles,
    bulk,
    complete,
    facets,
    feeds,
    highlights,
    jump,
    links,
    marks,
    reader,
    review,
    saved_views,
    trash,
    versions,
)

urlpatterns = [
    path("articles/", articles.article_list, name="articles"),
    path("articles.<str:form>", articles.article_export, name="articles-export"),
    path("articles/facets", facets.article_facets, name="articles-facets"),
    path("articles/histogram", facets.article_histogram, name="articles-histogram"),
    path("articles/complete.json", complete.complete_search, name="search-complete"),
    path("articles/facets/<str:name>", facets.article_facet, name="articles-facet"),
    path("articles/all", bulk.article_all, name="articles-all"),
    path("articles/highlights/", highlights.list_highlights, name="highlights"),
    path(
        "articles/highlights.md", highlights.export_highlights, name="highlights-export"
    ),
    path(
        "articles/highlights/<int:pk>/<str:verb>",
        highlights.change_highlight,
        name="highlight-do",
    ),
    path(
        "articles/<int:pk>/highlights", highlights.add_highlight, name="highlight-add"
    ),
    path("articles/feeds/", feeds.list_feeds, name="feeds"),
    path("articles/feeds/make", feeds.make_feed, name="feed-make"),
    path("articles/feeds/<int:pk>/revoke", feeds.revoke_feed, name="feed-revoke"),
    path("articles/feeds/<int:pk>/change", feeds.change_feed, name="feed-change"),
    path("articles/feeds/<int:pk>.<str:form>", feeds.show_feed, name="feed"),
    path("articles/jump.json", jump.jump_targets, name="jump-targets"),
    path("articles/mark", marks.mark_articles, name="articles-mark"),
    path("articles/<int:pk>/next", marks.next_article, name="article-next"),
    path("articles/<int:pk>/previous", marks.previous_article, name="article-previous"),
    path("articles/label", bulk.article_label, name="articles-label"),
    path("articles/views/", saved_views.list_views, name="saved-views"),
    path("articles/views/save", saved_views.save_view, name="saved-views-save"),
    path(
        "articles/views/<int:pk>/<str:verb>",
        saved_views.change_view,
        name="saved-views-do",
    ),
    path("articles/review/", review.review_list, name="review"),
    path("articles/<int:pk>/review/next", review.review_next, name="review-next"),
    path("articles/<int:pk>/review", review.review_done, name="review-done"),
    path("articles/trash/", trash.trash, name="trash"),
    path("articles/trash/erase", trash.erase_articles, name="trash-erase"),
    path("articles/trash/<str:verb>", trash.restore_articles, name="trash-do"),
    path("articles/delete", bulk.article_delete, name="articles-delete"),
    path("articles/links/", links.cited, name="cited"),
    path("articles/<int:pk>/related", links.article_related, name="article-related"),
    path("articles/<int:pk>/similar", articles.article_similar, name="article-similar"),
    path(
        "articles/<int:pk>/versions", versions.article_versions, name="article-versions"
    ),
    path("articles/<int:pk>/", reader.article_detail, name="article"),
]
