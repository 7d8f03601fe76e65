"""All settings on one page.

Each comes from the environment, else from this checkout's local stack (.local/env), else from a
default that runs on a laptop. A value that makes no sense stops the start with its name.
"""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from environ import Env

from myworld import backups, languages, logs, sessions
from myworld.networks import network
from myworld.rights import rule
from pipeline.broker import messages, queues

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
PROCESS = os.environ.get(
    "GLEANER_PROCESS", ""
)  # of the product: a stage, web, beat, sampler; "" for a command
HOME = Path(os.environ.get("GLEANER_HOME") or BASE_DIR / ".local")
LOCAL_ENV = Path(os.environ.get("GLEANER_ENV", HOME / "env"))
if LOCAL_ENV.is_file():
    Env.read_env(str(LOCAL_ENV), overwrite=False)
FORMER_NAMES = {
    "BATCH_SIZE": "WAVE_SIZE",
    "MAX_READY_URLS": "JOURNEYS_READY",
    "MAX_IN_FLIGHT_URLS": "JOURNEYS_SENT",
}
for name, former in FORMER_NAMES.items():
    if former in os.environ:
        os.environ.setdefault(name, os.environ[former])

# The web
SECRET_KEY = env.str("SECRET_KEY", default="") or get_random_secret_key()
DEBUG = env.bool("DEBUG", default=False)
# Where people open the pages. Behind a proxy this one address says most of what there is to know.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
PUBLIC = urlsplit(BASE_URL)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]", PUBLIC.hostname or "localhost"],
)
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS",
    default=[f"https://{PUBLIC.netloc}"] if PUBLIC.scheme == "https" else [],
)
TRUSTED_PROXIES = [
    network(each, "TRUSTED_PROXIES")
    for each in env.list("TRUSTED_PROXIES", default=["127.0.0.0/8", "::1"])
]
# pipeline.http.proxies removes these headers unless a trusted proxy sent them
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = True
FORCE_SCRIPT_NAME = PUBLIC.path or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{PUBLIC.path}/"
ROOT_URLCONF = "myworld.urls"
WSGI_APPLICATION = "myworld.wsgi.application"
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "launch"
SESSION_COOKIE_HTTPONLY = True
# Whoever names an https origin has a proxy with TLS in front.
SECURE_COOKIES = env.bool(
    "SECURE_COOKIES",
    default=any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS),
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
if SECURE_COOKIES:
    # how long browsers ask for this host by https only
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    5_000_000  # bytes: ten thousand pasted addresses are a form error, not a crash
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_celery_results",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "catalog",
    "pipeline",
    "pipeline.web",
    "pipeline.monitor",
    "pipeline.access",
    "pipeline.backup",
]
MIDDLEWARE = [
    "pipeline.http.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pipeline.http.outages.OutageMiddleware",
    "pipeline.http.input.RefuseNul",
    "pipeline.http.language.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pipeline.http.header_signin.HeaderSignIn",
    "pipeline.access.middleware.AccessMiddleware",
    "pipeline.http.downloads.LimitDownloads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "sesame.backends.ModelBackend",
    "pipeline.http.header_signin.HeaderBackend",
]
# A proxy that signs people in names them in a header: "Remote-User" or the like.
SIGNIN_HEADER = env.str("SIGNIN_HEADER", default="")
SIGNIN_GROUPS_HEADER = env.str("SIGNIN_GROUPS_HEADER", default="Remote-Groups")
# An identity provider that speaks OpenID Connect
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="Single sign-on")
OIDC_SCOPES = env.str("OIDC_SCOPES", default="openid profile email")
OIDC_USERNAME_CLAIM = env.str("OIDC_USERNAME_CLAIM", default="preferred_username")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
ADMIN_GROUPS = env.list("ADMIN_GROUPS", default=[])
OPERATOR_GROUPS = env.list("OPERATOR_GROUPS", default=[])
EMAIL_URL_SET = "EMAIL_URL" in env
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="gleaner@localhost")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SESAME_ONE_TIME = True  # a link that was used, or lies in a log, signs nobody in
SESAME_MAX_AGE = 60 * 60 * 24  # seconds that a sign-in link works
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
TEMPLATES = [
    {
        "BACKEND": "catalog.templating.PlainTemplates",
        "NAME": "django",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["catalog.templatetags.quick"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pipeline.access.roles.role_context",
            ],
        },
    }
]
FORM_RENDERER = "catalog.widgets.PlainWidgets"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
STATIC_URL = f"{PUBLIC.path}/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
LANGUAGES = languages.LANGUAGES
# for browsers that ask for none of them, and for e-mails
LANGUAGE_CODE = languages.known_language(env.str("LANGUAGE_CODE", default="en"))
LANGUAGE_COOKIE_PATH = SESSION_COOKIE_PATH
USE_I18N = True

# PostgreSQL
DATABASE_POOLED = env.bool(
    "DATABASE_POOLED", default=False
)  # pgbouncer in transaction mode lies between
DATABASES = {
    "default": {
        "ENGINE": "myworld.postgresql",
        "HOST": env.str("POSTGRES_HOST", default="127.0.0.1"),
        "PORT": env.int("POSTGRES_PORT", default=5432),
        "USER": env.str("POSTGRES_USER", default="gleaner"),
        "PASSWORD": env.str("POSTGRES_PASSWORD", default=""),
        "NAME": env.str("POSTGRES_DB", default="gleaner"),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A pool gives each transaction another connection, and a cursor lives in one.
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": {
            "connect_timeout": 5,
            # A network that was cut tells nobody: without these a worker waits for its answer for
            # hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            **sessions.options_of(PROCESS, pooled=DATABASE_POOLED),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# RabbitMQ
BROKER_HOST = env.list(
    "BROKER_HOST", default=["127.0.0.1"]
)  # the nodes of a cluster, tried in this order
BROKER_PORT = env.int("BROKER_PORT", default=5672)
RABBITMQ_DEFAULT_USER = env.str("RABBITMQ_DEFAULT_USER", default="guest")
RABBITMQ_DEFAULT_PASS = env.str("RABBITMQ_DEFAULT_PASS", default="guest")
RABBITMQ_DEFAULT_VHOST = env.str("RABBITMQ_DEFAULT_VHOST", default="extractor")
RABBITMQ_MANAGEMENT_URL = (
    env.str("RABBITMQ_MANAGEMENT_URL", default="") or f"http://{BROKER_HOST[0]}:15672"
)

# Celery: what the queues are called and who serves them is in pipeline/broker/queues.py
CELERY_BROKER_URL = ";".join(
    f"amqp://{quote(RABBITMQ_DEFAULT_USER, safe='')}:{quote(RABBITMQ_DEFAULT_PASS, safe='')}"
    f"@{host}:{BROKER_PORT}/{quote(RABBITMQ_DEFAULT_VHOST, safe='')}"
    for host in BROKER_HOST
)
QUEUE_TYPE = env.str("QUEUE_TYPE", default="quorum")
CELERY_TASK_QUEUES = queues.queues(QUEUE_TYPE)
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TASK_DEFAULT_QUEUE = CELERY_TASK_DEFAULT_ROUTING_KEY = queues.DEFAULT_QUEUE
CELERY_TASK_DEFAULT_EXCHANGE = queues.EXCHANGE.name
CELERY_TASK_DEFAULT_EXCHANGE_TYPE = queues.EXCHANGE.type
CELERY_BROKER_NATIVE_DELAYED_DELIVERY_QUEUE_TYPE = QUEUE_TYPE
CELERY_RESULT_BACKEND = "pipeline.broker.chords:ChordBackend"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "confirm_publish": True,
    "confirm_timeout": 10,
    "connect_timeout": 5,
}
# seconds; after two or three times as many a connection through a cut network is given up
CELERY_BROKER_HEARTBEAT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_SERIALIZER = messages.SERIALIZER
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 3,
    "interval_start": 0.2,
    "interval_step": 0.5,
    "interval_max": 1.0,
}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CONSUMER = "pipeline.broker.consumer:CarefulConsumer"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0  # seconds
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    # It expires, since it is no part of a chord: looks that pile up while nobody serves them are of
    # no use.
    "reconcile": {
        "task": queues.RECONCILE,
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "prune": {"task": queues.PRUNE, "schedule": crontab(hour=3, minute=40)},
    "feed": {"task": queues.FEED, "schedule": 1.0, "options": {"expires": 2}},
    "deliver": {"task": queues.DELIVER, "schedule": 10.0, "options": {"expires": 9}},
    "icons": {"task": queues.ICONS, "schedule": 60.0, "options": {"expires": 50}},
    "notice": {"task": queues.NOTICE, "schedule": 60.0, "options": {"expires": 50}},
    # Seldom: of a thousand articles an article's words cost half as much to count as of a hundred.
    "index": {"task": queues.INDEX, "schedule": 30.0, "options": {"expires": 29}},
    "erase": {"task": queues.ERASE, "schedule": 10.0, "options": {"expires": 9}},
    "watch-sources": {
        "task": queues.WATCH_SOURCES,
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "check-links": {
        "task": queues.CHECK_LINKS,
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "check-backup": {
        "task": queues.CHECK_BACKUP,
        "schedule": 600.0,
        "options": {"expires": 500},
    },
}
CELERY_BEAT_SCHEDULER = "pipeline.broker.beat:PatientScheduler"
# Connections live as long as their worker; health checks and closing on error
# (pipeline/broker/outages.py) make that safe.
CELERY_DB_REUSE_MAX = 1_000_000_000

# Runs
BATCH_SIZE = env.int("BATCH_SIZE", default=40)  # URLs a chord
# Another batch of a run goes out while fewer of its URLs than this wait for a worker or are in hand
# (a quarter where several runs are on). More keeps a large number of workers busy, fewer let a
# small run through sooner.
MAX_READY_URLS = env.int("MAX_READY_URLS", default=80)
# the same with those that wait for a slow host
MAX_IN_FLIGHT_URLS = env.int("MAX_IN_FLIGHT_URLS", default=1000)
MAX_ADDRESSES = env.int("MAX_ADDRESSES", default=200)  # start addresses a run
MAX_ATTEMPTS = env.int("MAX_ATTEMPTS", default=4)  # tries of a fetch that may pass
MAX_CRASHES = env.int(
    "MAX_CRASHES", default=3
)  # times that a URL may take its worker down

# Fetching
FETCH_ALLOWED_NETWORKS = env.list(
    "FETCH_ALLOWED_NETWORKS", default=[]
)  # CIDRs fetched although not public
# Sites of your own on a private address: host:port=seconds between two requests. Nothing else of
# the host is opened.
FETCH_OWN_SITES = env.dict("FETCH_OWN_SITES", cast={"value": float}, default={})
FETCH_HOST_DELAY = env.float(
    "FETCH_HOST_DELAY", default=1.0
)  # seconds between two requests to one host
FETCH_USER_AGENT = env.str(
    "FETCH_USER_AGENT", default="Gleaner/0.1 (+https://github.com/gleaner/gleaner)"
)
FETCH_USE_ENV_PROXIES = env.bool("FETCH_USE_ENV_PROXIES", default=False)
# What a page asks of those who store it: "ignore", "mark" or "refuse"
RIGHTS = {
    "noindex": rule("RIGHTS_NOINDEX", env.str("RIGHTS_NOINDEX", default="mark")),
    "noarchive": rule("RIGHTS_NOARCHIVE", env.str("RIGHTS_NOARCHIVE", default="mark")),
    "noai": rule("RIGHTS_NOAI", env.str("RIGHTS_NOAI", default="mark")),
    "noimageai": rule("RIGHTS_NOIMAGEAI", env.str("RIGHTS_NOIMAGEAI", default="mark")),
    "tdm-reserved": rule("RIGHTS_TDM", env.str("RIGHTS_TDM", default="mark")),
}
TRASH_DAYS = env.int("TRASH_DAYS", default=30)  # that a deleted article can be restored
SNAPSHOT_DAYS = env.int(
    "SNAPSHOT_DAYS", default=365
)  # older pages are pruned, but never the newest of an address
RUN_URL_DAYS = env.int(
    "RUN_URL_DAYS", default=365
)  # the records of a run's URLs, since it ended; 0 forever. Its totals stay
ARTICLE_DAYS = env.int("ARTICLE_DAYS", default=0)  # since first stored; 0 forever
VERSION_DAYS = env.int("VERSION_DAYS", default=0)  # of earlier versions; 0 forever
REFETCH_DAYS = env.int(
    "REFETCH_DAYS", default=30
)  # a full look at least this often, since some servers lie
# Looks whether the originals of stored articles are still there: requests a day, of them to one
# host, and days between two looks at one article.
LINK_CHECK_PER_DAY = env.int("LINK_CHECK_PER_DAY", default=2_000)
LINK_CHECK_PER_HOST = env.int("LINK_CHECK_PER_HOST", default=50)
LINK_CHECK_DAYS = env.int("LINK_CHECK_DAYS", default=30)
# For one start address of a run. A site that brings new articles with every request may need more.
DISCOVERY_MAX_REQUESTS = env.int("DISCOVERY_MAX_REQUESTS", default=1_000)
DISCOVERY_MAX_SECONDS = env.int("DISCOVERY_MAX_SECONDS", default=900)
DISCOVERY_MAX_TOTAL_SECONDS = env.int("DISCOVERY_MAX_TOTAL_SECONDS", default=3_600)

# Backups: when (as the schedules of jobs), where to, and which ones stay
BACKUP_SCHEDULE = env.str("BACKUP_SCHEDULE", default="")
BACKUP_DIR = env.str("BACKUP_DIR", default=str(HOME / "backups"))
BACKUP_KEEP = backups.keep_rule(env.str("BACKUP_KEEP", default="7d 4w"))
BACKUP_S3 = backups.bucket(env)

# Logs: stdout as JSON always, PostgreSQL too unless switched off
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_TO_DATABASE = env.bool("LOG_TO_DATABASE", default=True)
METRICS_TOKEN = env.str(
    "METRICS_TOKEN", default=""
)  # bearer token for /metrics; without one, only signed-in users
LOG_RETENTION_DAYS = env.int("LOG_RETENTION_DAYS", default=14)
AUDIT_RETENTION_DAYS = env.int(
    "AUDIT_RETENTION_DAYS", default=0
)  # 0: for ever; never less than 30
# myworld/logs.py sets structlog and the standard library up, once, for web and workers
LOGGING_CONFIG = None
# A process of the product has a name and logs; a command typed by a person prints to that person.
logs.set_up(LOG_LEVEL, LOG_TO_DATABASE, process=PROCESS)
