"""Settings, in the order of the flow. Every value can be set in the environment (.env.example lists them)."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

from newsletter.environment import NAMES as ENVIRONMENT
from newsletter.environment import (
    alarm_url,
    bounce_mailbox,
    embed_origins,
    kept_secret,
    link_keys,
    privacy_contact,
    site_url,
    trusted_proxies,
    two_factor,
)

django_stubs_ext.monkeypatch()  # so that ModelAdmin[Paper] can be written where mypy reads it

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# The demo is one machine with files of its own: an operator's .env must not lead it to real readers.
if not env.bool("DEMO", default=False):
    env.read_env(BASE_DIR / ".env")
# What is set to nothing is not set.
for name in [name for name, value in os.environ.items() if name in ENVIRONMENT and not value.strip()]:
    del os.environ[name]

# What this installation is
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SITE_URL = site_url(env.str("SITE_URL", default="http://127.0.0.1:8000"))
SITE_HOST = urlsplit(SITE_URL).hostname or ""
SITE_IS_SECURE = SITE_URL.startswith("https://")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Secrets: made once and kept in var/keys where the environment names none
SECRET_KEY = kept_secret("SECRET_KEY", VAR_DIR / "keys")
LINK_KEYS = link_keys(kept_secret("LINK_KEYS", VAR_DIR / "keys", prefix="1:"))
SUPPRESSION_KEY = kept_secret("SUPPRESSION_KEY", VAR_DIR / "keys")

# Whom readers ask about their data, on the privacy page: a mail address or the address of a page
PRIVACY_CONTACT = privacy_contact(env.str("PRIVACY_CONTACT", default=""))

# The web site
ALLOWED_HOSTS = sorted({SITE_HOST, "127.0.0.1", "localhost"})
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "newsletter.urls"
WSGI_APPLICATION = "newsletter.wsgi.application"
# Proxies in front of us, whose X-Forwarded-For is believed.
TRUSTED_PROXIES = trusted_proxies(env.str("TRUSTED_PROXIES", default=""))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# So many forms in ten minutes and ten times as many a day are taken from a network (a /24, or a /48 of IPv6).
JOINS_PER_NETWORK = env.int("JOINS_PER_NETWORK", default=30)
# Sites whose scripts may send the sign-up form. Plain forms may stand anywhere: no answer tells them anything.
EMBED_ORIGINS = embed_origins(env.str("EMBED_ORIGINS", default=""))
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by monitors on the same machine or network, without TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SITE_IS_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE_IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_SECURE
# Not "no-referrer": browsers then send "Origin: null" with every form, and the admin refuses it. Pages behind a
# token say "no-referrer" themselves.
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "newsletter",
    "digests",
    "newsletter.staff",
    "newsletter.postbox",
    "newsletter.subscribers",
    "newsletter.delivery",
    "newsletter.feedback",
    "newsletter.privacy",
    "newsletter.desk",
    "newsletter.health",
    *(["newsletter.demo"] if DEMO else []),
    "anymail",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "newsletter.desk.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "newsletter.policy.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "newsletter.languages.LanguageMiddleware",
    "newsletter.refusals.RefusalMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "newsletter.desk.clock.EditorsClock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
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
                "newsletter.languages.page_language",
            ],
        },
    },
]
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns where it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO
MEDIA_ROOT = VAR_DIR / "media"  # images by content hash, ours alone
MEDIA_URL = "media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # a page of 68 entries in the admin has 40 kB

# Staff
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "newsletter.staff.locking.LockBackend",  # the first: it lets nobody try who has tried too often
    "django.contrib.auth.backends.ModelBackend",
    "newsletter.staff.permissions.RoleBackend",
]
# Whether the desk asks everybody for a code besides the password, or those alone who have turned it on.
STAFF_TWO_FACTOR = two_factor(env.str("STAFF_TWO_FACTOR", default="optional"))
OTP_TOTP_ISSUER = f"Paperboy {SITE_HOST}"  # stands above the code in the app
# Log-ins by a name from a network: after so many failures the two wait. Neither is kept as it is (staff/locking.py).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "newsletter.staff.locking.LockHandler"
AXES_CLIENT_IP_CALLABLE = "newsletter.staff.locking.network"
AXES_USERNAME_CALLABLE = "newsletter.staff.locking.hashed_name"
AXES_LOCKOUT_CALLABLE = "newsletter.staff.locking.page"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next", "code"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Languages of pages and mails; a new one needs a catalogue in locale/ and a line here
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ko", "한국어"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
    ("es", "Español"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("pt-br", "Português (Brasil)"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# The database is the truth. SQLite for the demo and small sites, PostgreSQL for the rest
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'paperboy.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    database["OPTIONS"] = {
        # A writer takes its lock at the start and waits for it: no "database is locked" half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds
        # FULL: a claim that a power cut undoes would be made once more, and its mails sent twice.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["CONN_MAX_AGE"] = 60  # seconds
    database["CONN_HEALTH_CHECKS"] = True
    said = database.get("OPTIONS", {})  # by DATABASE_URL: counts more than what follows
    is_pooled = str(said.pop("pgbouncer", "")).lower() in env.BOOLEAN_TRUE_STRINGS
    # A machine that vanishes inside a claim must not lock its rows and its digest for two hours, nor wait so long for
    # a server that vanished: each side asks after 10 seconds of silence, 3 times.
    alive = {"keepalives_idle": 10, "keepalives_interval": 10, "keepalives_count": 3}
    database["OPTIONS"] = {
        "connect_timeout": 5,  # seconds; /healthz must not hang
        "keepalives": 1,
        "tcp_user_timeout": 30_000,  # milliseconds
        **alive,
        **said,
    }
    if is_pooled:
        # PgBouncer refuses `options`: let ALTER ROLE paperboy SET say the same, and ?pgbouncer=true leave it out here.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        words = [f"-c tcp_{name}={value}" for name, value in alive.items()]
        words += ["-c idle_in_transaction_session_timeout=60s", said.get("options", "")]  # of two the last one counts
        database["OPTIONS"]["options"] = " ".join(words).strip()
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://")

# Sources
HF_DAILY_URL = env.str("HF_DAILY_URL", default="https://huggingface.co/api/daily_papers")

# Post. Without POSTBOX_URL mails are written to files: nothing leaves the machine by accident
POSTBOX_URL = env.str("POSTBOX_URL", default=f"file://{VAR_DIR / 'outbox'}")
JOURNAL_DIR = Path(env.str("JOURNAL_DIR", default=str(VAR_DIR / "journal")))
# Some providers sign their reports with a key of their own: ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY and its like.
# One that is set to nothing counts as missing: an empty key would sign for anybody.
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): key for name, key in env.ENVIRON.items() if name.startswith("ANYMAIL_") and key
}
ANYMAIL["WEBHOOK_SECRET"] = env.str("WEBHOOK_SECRET", default="")
# For plain SMTP: where mails come back to that could not be delivered
BOUNCE_MAILBOX = bounce_mailbox(env.str("BOUNCE_MAILBOX_URL", default=""))

# Whether DNS is asked if the domain of an address takes mail at all, before a letter is written to it
MX_CHECK = env.bool("MX_CHECK", default=not DEMO)

# Alarms: told by a webhook, outside the way that mails go
ALARM_URL = alarm_url(env.str("ALARM_URL", default=""))

# Celery: see newsletter/celery.py for the timetable and the limits
REDIS_URL = env.str("REDIS_URL", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "newsletter.logs.WithoutTokens"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]},
    },
    # Django's own handlers write paths as they are: its loggers have none but ours.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},  # a line for each task that did what it should, every few seconds
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
