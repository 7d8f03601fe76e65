"""Routes of accounts, the log of changes, and webhooks."""

from django.urls import path

from pipeline.access import views, webhooks

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/tokens/<int:pk>/revoke", views.token_revoke, name="token-revoke"),
    path("audit/", views.audit, name="audit"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/<str:verb>", webhooks.webhook_do, name="webhook-do"),
]
