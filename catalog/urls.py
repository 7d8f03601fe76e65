"""Routes of the catalogue."""

from django.urls import path

from catalog import chosen, labels, saved, versions, views

urlpatterns = [
    path("articles/", views.article_list, name="articles"),
    path("articles.<str:form>", views.article_export, name="articles-export"),
    path("articles/facets", views.article_facets, name="articles-facets"),
    path("articles/all", chosen.article_all, name="articles-all"),
    path("articles/label", labels.article_label, name="articles-label"),
    path("articles/views/", saved.saved_views, name="saved-views"),
    path("articles/views/save", saved.save_view, name="saved-views-save"),
    path("articles/views/<int:pk>/<str:verb>", saved.change_view, name="saved-views-do"),
    path("articles/delete", views.article_delete, name="articles-delete"),
    path("articles/<int:pk>/similar", views.article_similar, name="article-similar"),
    path("articles/<int:pk>/versions", versions.article_versions, name="article-versions"),
    path("articles/<int:pk>/", views.article_detail, name="article"),
]
