"""Which role a route needs. The only place that says so."""

from pipeline.access.roles import Role

READING = ("GET", "HEAD", "OPTIONS")

# The rule: reading needs a viewer, every other verb an operator. These routes differ, whatever
# the verb.
EXCEPTIONS: dict[str, Role | None] = {
    # Open to anybody. /metrics asks for a token or a signed-in user by itself.
    "signin": None,
    "password-reset": None,
    "password-reset-link": None,
    "provider-start": None,
    "provider-done": None,
    "healthz": None,
    "readyz": None,
    "metrics": None,
    # Its address has a secret.
    "feed": None,
    "feed-image": None,
    "watch-unsubscribe": None,
    # Everybody's own business.
    "signout": Role.VIEWER,
    "account": Role.VIEWER,
    "account-language": Role.VIEWER,
    "account-password": Role.VIEWER,
    "account-email": Role.VIEWER,
    "token-revoke": Role.VIEWER,
    "articles-mark": Role.VIEWER,
    "highlight-add": Role.VIEWER,
    "highlight-do": Role.VIEWER,
    "api:mark_articles": Role.VIEWER,
    "feed-make": Role.VIEWER,
    "feed-change": Role.VIEWER,
    "feed-revoke": Role.VIEWER,
    "api:add_highlight": Role.VIEWER,
    "api:delete_highlight": Role.VIEWER,
    "saved-views-save": Role.VIEWER,
    "saved-views-do": Role.VIEWER,
    "watch-new": Role.VIEWER,
    "watch-edit": Role.VIEWER,
    "watch-do": Role.VIEWER,
    "api:list_watches": Role.VIEWER,
    "api:show_watch": Role.VIEWER,
    "api:pause_watch": Role.VIEWER,
    "api:resume_watch": Role.VIEWER,
    "api:send_sample": Role.VIEWER,
    "api:resend_watch_delivery": Role.VIEWER,
    "api:list_views": Role.VIEWER,
    "api:show_view": Role.VIEWER,
    # It takes a core for a while.
    "article-extraction": Role.OPERATOR,
    # What tells about others, or lets data out by itself.
    "audit": Role.ADMIN,
    "backups": Role.ADMIN,
    "people": Role.ADMIN,
    "person-do": Role.ADMIN,
    "webhooks": Role.ADMIN,
    "webhook": Role.ADMIN,
    "webhook-do": Role.ADMIN,
    "trash-erase": Role.ADMIN,
    "api:erase_articles": Role.ADMIN,
    "source-retention": Role.ADMIN,
    "api:keep_retention": Role.ADMIN,
    "erasures": Role.ADMIN,
    "erasure-preview": Role.ADMIN,
    "erased-lift": Role.ADMIN,
    "api:list_erasures": Role.ADMIN,
    "api:preview_erasure": Role.ADMIN,
    "api:list_erased": Role.ADMIN,
    "api:lift_erased": Role.ADMIN,
    "api:list_entries": Role.ADMIN,
    "api:list_users": Role.ADMIN,
    "api:change_user_role": Role.ADMIN,
    "api:deactivate_user": Role.ADMIN,
    "api:activate_user": Role.ADMIN,
    "api:list_webhooks": Role.ADMIN,
    "api:show_webhook": Role.ADMIN,
    "api:enable_webhook": Role.ADMIN,
    "api:disable_webhook": Role.ADMIN,
    "api:send_test": Role.ADMIN,
    "api:list_deliveries": Role.ADMIN,
    "api:resend_delivery": Role.ADMIN,
}


def required_role(name: str, verb: str) -> Role | None:
    """Return the least role that may send `verb` to the route `name` ("runs", "api:runs"); None
    where anybody may."""
    if name in EXCEPTIONS:
        return EXCEPTIONS[name]
    if verb in READING:
        return Role.VIEWER
    return Role.OPERATOR
