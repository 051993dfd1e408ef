"""Settings of every deployment; ``DATABASE_URL``, ``REDIS_URL``, ``WAREHOUSE_URL`` choose.

With none of them set everything runs embedded, below ``ZHIXIN_HOME`` (default ``./var``).
"""

import secrets
import sys
from pathlib import Path

try:  # Python 3.11's own SQLite has the WAL-reset corruption bug; pysqlite3 bundles a mended one.
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
except ImportError:  # pragma: no cover - no wheel on this platform: the interpreter's own is used
    pass

import environ

# No __all__: the suite's settings import everything from here.
from marketing.settings.logs import LOGGING as LOGGING
from marketing.settings.studio import UNFOLD as UNFOLD

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]
HOME = Path(env.str("ZHIXIN_HOME", default=str(BASE_DIR / "var")))
HOME.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """From the environment, else made once and kept beside the embedded data."""
    kept = HOME / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text().strip()


SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "marketing",
    "marketing.workspace",
    "marketing.people",
    "marketing.catalog",
    "marketing.events",
    "marketing.personas",
    "marketing.experiments",
    "marketing.api",
    "marketing.studio",
    "marketing.demo",
    "marketing.imports",
    "segments",
    "recommender",
    "campaigns",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "marketing.studio.middleware.workspace_time_zone",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "marketing.urls"
WSGI_APPLICATION = "marketing.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- truth -------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{HOME / 'zhixin.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- events, personas, artefacts ---------------------------------------------------------------
WAREHOUSE_URL = env.str("WAREHOUSE_URL", default=str(HOME / "warehouse"))
PERSONAS_DIR = Path(env.str("PERSONAS_DIR", default=str(HOME / "personas")))
ARTEFACTS_DIR = Path(env.str("ARTEFACTS_DIR", default=str(HOME / "artefacts")))
IMPORTS_DIR = Path(env.str("IMPORTS_DIR", default=str(HOME / "imports")))
MAX_IMPORT_BYTES = env.int("MAX_IMPORT_BYTES", default=200 * 1024 * 1024)
# Intake goes on while the warehouse cannot take more, up to this many unarchived events.
LOG_SHOWS_OWN_ROWS = False  # the suite alone sets it: see marketing.events.log
MAX_UNARCHIVED_EVENTS = env.int("MAX_UNARCHIVED_EVENTS", default=5_000_000)

# --- queue -------------------------------------------------------------------------------------
VALKEY_PORT = env.int("VALKEY_PORT", default=6399)
REDIS_URL = env.str("REDIS_URL", default=f"redis://127.0.0.1:{VALKEY_PORT}/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# --- channels: what an action calls a channel, and which member of campaigns.channels carries it --
PUSH_WEBHOOK_URL = env.str("PUSH_WEBHOOK_URL", default="")
PUSH_WEBHOOK_SECRET = env.str("PUSH_WEBHOOK_SECRET", default="")
CHANNELS = {"inbox": "inbox", "push": "webhook" if PUSH_WEBHOOK_URL else "memory"}

# --- people who sign in, and what a browser may do ----------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1  # hour
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Unfold's Alpine evaluates its directives; nothing inline is allowed to run.
        "script-src": ["'self'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}
# The largest body of the intake; Segment's own limit is 500 kB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "marketing.imports.uploading.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- languages, time, static files --------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "marketing" / "studio" / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["marketing.studio.formats"]
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["marketing.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "marketing.api.problems.problem_response",
    "DEFAULT_THROTTLE_RATES": {"write": "600/s", "person": "120/min", "server": "600/s"},
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zhixin 知心",
    "DESCRIPTION": "Events in; recommendations, offers, inbox, decisions and insights out.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketing.api.openapi.with_insights",
    ],
}
