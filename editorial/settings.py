"""All settings, from the environment; safe by default. docs/operations.md lists every variable."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from editorial import keys, machines, scraping, sentry
from editorial import logging as log_lines

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def _flag(name: str, default: bool) -> bool:
    """An on/off variable; a word that is neither stops the start, since a typo must not switch safety off."""
    word = env.str(name, default="").strip().lower()
    known = {"": default, **dict.fromkeys(("1", "true", "yes", "on"), True)}
    known |= dict.fromkeys(("0", "false", "no", "off"), False)
    if word not in known:
        raise ImproperlyConfigured(f"{name}={word}: write 1 or 0.")
    return known[word]


def _number(name: str, default: int, least: int, most: int) -> int:
    """A whole number from the environment, within bounds."""
    word = env.str(name, default="").strip() or str(default)
    if not (word.isascii() and word.isdigit() and least <= int(word[:9]) <= most):
        raise ImproperlyConfigured(f"{name}={word}: write a whole number from {least} to {most}.")
    return int(word)


DEBUG = _flag("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=keys.FOR_DEBUG if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # keys of before, while they still count
keys.check(SECRET_KEY, SECRET_KEY_FALLBACKS, may_be_weak=DEBUG)

SITE_NAME = env.str("SITE_NAME", default="Editorial")
SITE_DESCRIPTION = env.str("SITE_DESCRIPTION", default="")  # what search engines show of the front page
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]"]
)
EDITORIAL_FOUR_EYES = _flag("EDITORIAL_FOUR_EYES", default=True)  # nobody approves a text of their own
FEED_FULL_TEXT = _flag("FEED_FULL_TEXT", default=True)  # 0: feeds hold the summary only
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")  # for /.well-known/security.txt
if SECURITY_CONTACT and not (
    urlsplit(SECURITY_CONTACT).scheme in ("mailto", "https", "tel") and SECURITY_CONTACT.isprintable()
):
    raise ImproperlyConfigured("SECURITY_CONTACT: mailto:name@example.com, or an https address.")

INSTALLED_APPS = [
    "posts.apps.DeskConfig",  # the admin, with our site class
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "taggit",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "posts.apps.PostsConfig",
]

MIDDLEWARE = [
    "editorial.headers.Headers",
    "editorial.access.Access",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "editorial.methods.Methods",
    "editorial.probes.Probes",  # with the headers of every answer, and before what looks at the host or the database
    "posts.site.cache.PageCache",  # in front of all that makes a page
    "editorial.headers.NoCookies",
    "editorial.replicas.PublicReads",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "posts.admin.signin.sessions.Lifetime",
    "posts.admin.language.DeskLanguage",
    "posts.site.languages.PathLanguage",
    "posts.site.missing.Slashes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "posts.site.moment.AsOf",
    "posts.site.missing.OwnPages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "editorial.urls"
WSGI_APPLICATION = "editorial.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "posts.site.context.site",
            ],
        },
    },
]

# --- database: DATABASE_URL, by default SQLite in var/ ---------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'editorial.sqlite3'}")}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # IMMEDIATE takes the write lock first: a deferred one fails with "database is locked" (specs/intervals.md 5)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;",
    }
machines.tuned(DATABASES["default"])
DATABASES |= machines.replicas(DATABASES["default"], env.list("DATABASE_REPLICA_URLS", default=[]))
DATABASE_ROUTERS = ["editorial.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": machines.steady(env.cache_url("CACHE_URL", default="locmemcache://"))}
CACHES["pages"] = CACHES["default"] | {"KEY_PREFIX": "page"}
if "locmem" in CACHES["pages"]["BACKEND"]:  # some 40 MB in each process
    CACHES["pages"] |= {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 1500}}
PAGE_CACHE = _flag("PAGE_CACHE", default=not DEBUG)  # public pages are made once for each state of the site

vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <editorial@localhost>")
EMAIL_TIMEOUT = env.int(
    "EMAIL_TIMEOUT", default=10
)  # seconds; a mail server that hangs holds nothing up for long
NOTICES_AT_ONCE = _flag("NOTICES_AT_ONCE", default=True)  # 0: only `manage.py send_notices` sends
NOTICE_WEBHOOK_URL = env.str("NOTICE_WEBHOOK_URL", default="")
NOTICE_WEBHOOK_SECRET = env.str("NOTICE_WEBHOOK_SECRET", default="")
if NOTICE_WEBHOOK_URL:
    machines.check_hook("NOTICE_WEBHOOK_URL", NOTICE_WEBHOOK_URL, NOTICE_WEBHOOK_SECRET)


# --- a CDN that keeps public pages until it is told otherwise --------------------------------------------------------
CDN_PURGE_URL = env.str("CDN_PURGE_URL", default="")
CDN_PURGE_SECRET = env.str("CDN_PURGE_SECRET", default="")
CDN_MAX_AGE = env.int("CDN_MAX_AGE", default=3600)  # seconds
CDN_KEY = "editorial"  # the Surrogate-Key of every public page
if CDN_PURGE_URL:
    machines.check_hook("CDN_PURGE_URL", CDN_PURGE_URL, CDN_PURGE_SECRET)
    MIDDLEWARE.insert(0, "posts.site.surrogates.Surrogates")

# --- people ----------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["posts.admin.signin.backend.DeskBackend"]
SECOND_FACTOR = env.str("SECOND_FACTOR", default="optional").strip().lower()
if SECOND_FACTOR not in ("off", "optional", "required"):
    raise ImproperlyConfigured(f"SECOND_FACTOR={SECOND_FACTOR}: write off, optional or required.")
OTP_TOTP_ISSUER = SITE_NAME
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "posts.admin.kept.refused_form"

# --- failed sign-ins (decision 29): counted in the database, so that all processes count together ---------------------
LOGIN_COOLOFF_MINUTES = _number("LOGIN_COOLOFF_MINUTES", default=15, least=1, most=1440)
AXES_HANDLER = "posts.admin.signin.limits.Limits"
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [
    ["username", "ip_address"]
]  # what a success sets to nought; the limits stand in Limits
AXES_COOLOFF_TIME = timedelta(minutes=LOGIN_COOLOFF_MINUTES)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that the page names is kept
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "posts.admin.signin.where.network"
AXES_LOCKOUT_CALLABLE = "posts.admin.signin.locked.page"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="ja")
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
SITE_LANGUAGES = env.list("SITE_LANGUAGES", default=[LANGUAGE_CODE])  # the first one has no prefix
if (
    SITE_LANGUAGES[:1] != [LANGUAGE_CODE]
    or not {*SITE_LANGUAGES} <= {*dict(LANGUAGES)}
    or len({*SITE_LANGUAGES}) < len(SITE_LANGUAGES)
):
    raise ImproperlyConfigured("SITE_LANGUAGES: ja and en, each once, LANGUAGE_CODE first.")
LOCALE_PATHS = [BASE_DIR / "editorial" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Tokyo")
USE_TZ = True

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
PLAIN_STATIC = DEBUG or _flag("PLAIN_STATIC", default=False)  # tests: file names without a hash
STORAGES = {
    "default": machines.media(env.str("MEDIA_STORAGE_URL", default="")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    5 * 1024 * 1024
)  # the longest body is 200,000 characters of up to 4 bytes, percent-encoded

# --- safety: SITE_URL with https switches on what needs TLS ----------------------------------------------------------
TLS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # a container's own probe speaks plain http
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
BEHIND_PROXY = _flag("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
PROXY_COUNT = _number("PROXY_COUNT", default=0, least=0, most=9)  # servers in front that name the one before
if PROXY_COUNT and not BEHIND_PROXY:
    raise ImproperlyConfigured(
        "PROXY_COUNT counts servers in front: set BEHIND_PROXY=1 as well, or leave it."
    )
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- sessions and cookies: `__Host-` binds a cookie to this host and to TLS (RFC 6265bis 4.1.3.2) --------------------
SESSION_IDLE_HOURS = _number("SESSION_IDLE_HOURS", default=12, least=1, most=720)
SESSION_MAX_HOURS = _number("SESSION_MAX_HOURS", default=168, least=1, most=2160)
SESSION_ENGINE = "posts.admin.signin.sessions"
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrftoken" if TLS else "csrftoken"
LANGUAGE_COOKIE_AGE = 365 * 86_400

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "https:"],  # imported posts may show pictures of other sites
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- the log: standard error, a line for each event (editorial/logging.py) -------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="plain")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_FORMAT not in ("json", "plain") or LOG_LEVEL not in log_lines.LEVELS:
    raise ImproperlyConfigured("LOG_FORMAT: json or plain. LOG_LEVEL: DEBUG, INFO, WARNING or ERROR.")
LOGGING = log_lines.settings(LOG_FORMAT, LOG_LEVEL)

# --- numbers for Prometheus at /metrics, faults to Sentry: only where they are asked for ------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_ALLOW = env.list("METRICS_ALLOW", default=[])
scraping.check(METRICS_TOKEN, METRICS_ALLOW, env.str("PROMETHEUS_MULTIPROC_DIR", default=""))
if METRICS_TOKEN or METRICS_ALLOW:
    MIDDLEWARE.insert(0, "editorial.metrics.Counting")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    sentry.start(SENTRY_DSN, environment=urlsplit(SITE_URL).hostname or "")
