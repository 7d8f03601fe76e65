"""What belongs to people: accounts, notifications, who did what."""

from pipeline.access.models import Watch, Webhook
from tools.big.pages.world import Listed, World


def people(_w: World) -> Listed:
    """Return what belongs to people, and what is the same for all."""
    paths = (
        "/users/",
        "/account/",
        "/account/password",
        "/account/email",
        "/audit/",
        "/backups/",
        "/erase/",
        "/webhooks/",
        "/watches/",
        "/api/",
    )
    webhook = Webhook.objects.of_admins().earliest("pk")
    watch = Watch.objects.earliest("pk")
    return {path: lambda path=path: path for path in paths} | {
        "step past the sign-in": lambda: "/signin/",
        "webhook": lambda: f"/webhooks/{webhook.pk}/",
        "watch": lambda: f"/watches/{watch.pk}/",
        "watch to change": lambda: f"/watches/{watch.pk}/edit",
        "new watch": lambda: "/watches/new",
    }
