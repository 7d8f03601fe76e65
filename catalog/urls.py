"""Routes of the catalogue."""

from django.urls import path

from catalog import views

urlpatterns = [
    path("articles/", views.article_list, name="articles"),
    path("articles.<str:form>", views.article_export, name="articles-export"),
    path("articles/<int:pk>/", views.article_detail, name="article"),
]
