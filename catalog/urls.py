"""Routes of the catalogue."""

from django.urls import path

from catalog import versions, views

urlpatterns = [
    path("articles/", views.article_list, name="articles"),
    path("articles.<str:form>", views.article_export, name="articles-export"),
    path("articles/facets", views.article_facets, name="articles-facets"),
    path("articles/delete", views.article_delete, name="articles-delete"),
    path("articles/<int:pk>/similar", views.article_similar, name="article-similar"),
    path("articles/<int:pk>/versions", versions.article_versions, name="article-versions"),
    path("articles/<int:pk>/", views.article_detail, name="article"),
]
