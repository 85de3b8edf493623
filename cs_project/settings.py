"""Every choice of an installation comes from the environment; `docs/settings.md` lists the variables."""

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from cs_project.console import UNFOLD  # noqa: F401
from cs_project.environment import (
    BASE_DIR,
    Secrets,
    data_dir,
    env,
    integer,
    public_url,
    redis_url,
    vapid_key,
    web_address,
)

# --- addresses, data, secrets
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = data_dir()
PORT = integer("PORT", 8000, 1, 65535)
HOST = env.str("HOST", default="") or "127.0.0.1"
PUBLIC_URL = public_url() or f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}"  # noqa: S104
REDIS_URL = redis_url()
EMBEDDED = not REDIS_URL  # one process with its own worker and beat

_secrets = Secrets(DATA_DIR)
SECRET_KEY = _secrets.get("SECRET_KEY")
IM_SDK_APP_ID = integer("IM_SDK_APP_ID", 1600000001, 1, 2**63 - 1)
IM_SECRET_KEY = _secrets.get("IM_SECRET_KEY")
CLOUD_SECRET_ID = _secrets.get("CLOUD_SECRET_ID")
CLOUD_SECRET_KEY = _secrets.get("CLOUD_SECRET_KEY")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(PUBLIC_URL).hostname, "127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])  # addresses whose X-Forwarded-* are believed
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
IS_HTTPS = PUBLIC_URL.startswith("https:")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000 if IS_HTTPS else 0)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- apps
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "solo",
    "csp",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "sessions_flow",
    "chatbot",
    "routing",
    "workbench",
    "cs_project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sessions_flow.doors.cors.ChannelOrigins",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.Unfinished",
    "accounts.audit.Audited",
    "cs_project.middleware.ConsolePolicy",
]
ROOT_URLCONF = "cs_project.urls"
ASGI_APPLICATION = "cs_project.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "django.template.context_processors.i18n",
                "cs_project.help_links.help_links",
                "accounts.security.entrance",
            ]
        },
    }
]

# --- database: SQLite in DATA_DIR, or whatever DATABASE_URL names
SQLITE = {
    "ENGINE": "cs_project.sqlite",
    "NAME": DATA_DIR / "desk.sqlite3",
    "CONN_MAX_AGE": 0,
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    },
    "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
}
if env.str("DATABASE_URL", default=""):
    _database = env.db("DATABASE_URL")
    if _database["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL: expected postgres://… (leave it empty for SQLite in DATA_DIR)")
    # Only the write path prepares its statements: one plan for batches of every size.
    PLANS = "-c plan_cache_mode=force_generic_plan -c jit=off"
    pool = {"min_size": 1, "max_size": integer("DATABASE_POOL", 30, 4, 1000), "timeout": 5}
    DATABASES = {"default": {**_database, "CONN_MAX_AGE": 0, "OPTIONS": {"pool": pool, "options": PLANS}}}
else:
    DATABASES = {"default": SQLITE}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- people
AUDITLOG_USE_FK_STRING_REPRESENTATION = True  # names outlive what they name
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "accounts.adapter.MemberAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "account"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
LOGIN_RATE = integer("LOGIN_RATE", 120, 1, 1_000_000)  # logins a minute from one address: an office has only one
ACCOUNT_RATE_LIMITS = {"login": f"{LOGIN_RATE}/m/ip"}  # wrong passwords have narrower limits of their own
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letters to addresses that strangers type
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # periods of 30 s that a phone's clock may be off
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("workbench:home")
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"desk@{urlsplit(PUBLIC_URL).hostname}")

# --- short messages to phones: empty, log, webhook, tencent, or the dotted path of a callable of your own
SMS_BACKEND = env.str("SMS_BACKEND", default="")
SMS_WEBHOOK_URL, SMS_WEBHOOK_SECRET = web_address("SMS_WEBHOOK_URL"), env.str("SMS_WEBHOOK_SECRET", default="")
SMS_TENCENT_SECRET_ID = env.str("SMS_TENCENT_SECRET_ID", default="")
SMS_TENCENT_SECRET_KEY = env.str("SMS_TENCENT_SECRET_KEY", default="")
SMS_TENCENT_APP_ID = env.str("SMS_TENCENT_APP_ID", default="")
SMS_TENCENT_SIGN = env.str("SMS_TENCENT_SIGN", default="")
SMS_TENCENT_TEMPLATE = env.str("SMS_TENCENT_TEMPLATE", default="")
SMS_TENCENT_NOTICE_TEMPLATE = env.str("SMS_TENCENT_NOTICE_TEMPLATE", default="")
SMS_TENCENT_REGION = env.str("SMS_TENCENT_REGION", default="ap-guangzhou")
SMS_TENCENT_URL = web_address("SMS_TENCENT_URL") or "https://sms.tencentcloudapi.com"
SMS_NEEDS = {
    "webhook": ("SMS_WEBHOOK_URL",),
    "tencent": tuple(f"SMS_TENCENT_{name}" for name in ("SECRET_ID", "SECRET_KEY", "APP_ID", "SIGN", "TEMPLATE")),
}
for _name in SMS_NEEDS.get(SMS_BACKEND, ()):
    if not vars()[_name]:
        raise ImproperlyConfigured(f"SMS_BACKEND={SMS_BACKEND!r} needs {_name}")
if SMS_BACKEND and SMS_BACKEND not in ("log", *SMS_NEEDS) and "." not in SMS_BACKEND:
    raise ImproperlyConfigured(f"SMS_BACKEND={SMS_BACKEND!r}: expected log, webhook, tencent or a dotted path")
PHONE_REGION = env.str("PHONE_REGION", default="CN")  # of numbers typed without a country

# --- help in the console's top bar
TERMS_URL, PRIVACY_URL = web_address("TERMS_URL"), web_address("PRIVACY_URL")  # of the login page
SUPPORT_URL, DOCS_URL = web_address("SUPPORT_URL"), web_address("DOCS_URL")

# --- languages and time
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "unfold"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE={TIME_ZONE!r}: expected a name such as Asia/Shanghai")
USE_I18N = USE_TZ = True

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cs_project.finders.SwaggerFinder",
]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cs_project.storage.HashedStorage"},
}
UPLOAD_MAX_BYTES = integer("UPLOAD_MAX_MB", 20, 1, 1024) * 1024 * 1024
SOCKET_RATE = integer("SOCKET_RATE", 20, 1, 1_000_000)  # frames a second that one socket may send
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- content security: strict everywhere; cs_project.middleware loosens it for the console's theme alone
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", "https:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cs_project.errors.api_errors",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Customer service desk",
    "DESCRIPTION": "Headless visitor clients and business servers: docs/rest.md. Entries and frames: docs/wire.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "PREPROCESSING_HOOKS": ["sessions_flow.doors.rest.schema.of_this_door"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sessions_flow.doors.rest.schema.with_live",
    ],
}
# A minute, per API key, per visitor, and per address that shows neither; 0: no limit
API_KEY_RATE = integer("API_KEY_RATE", 1200, 0, 1_000_000)
API_VISITOR_RATE = integer("API_VISITOR_RATE", 300, 0, 1_000_000)
API_ADDRESS_RATE = integer("API_ADDRESS_RATE", 600, 0, 1_000_000)
NEW_VISITORS_PER_MINUTE = integer("NEW_VISITORS_PER_MINUTE", 120, 0, 1_000_000)  # of one address
UPLOAD_RATE = integer("UPLOAD_RATE", 60, 0, 1_000_000)  # a minute, of one person

# --- requests to addresses typed in the console: public ones, and what the operator lists here
OUTGOING_ALLOWED = env.list("OUTGOING_ALLOWED", default=[])  # private host names, addresses or networks
OUTGOING_CA_FILE = env.str("OUTGOING_CA_FILE", default="")

# --- web push: the key that browsers subscribe to, and where their push services may write to
VAPID_PRIVATE_KEY = vapid_key(_secrets.get("VAPID_PRIVATE_KEY"))
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
if not VAPID_SUBJECT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured(f"VAPID_SUBJECT={VAPID_SUBJECT!r}: expected mailto:… or https://…")

# --- OpenAI-compatible endpoints that the bot may ask, each switched on in its settings too
BOT_EMBEDDINGS_URL, BOT_CHAT_URL = web_address("BOT_EMBEDDINGS_URL"), web_address("BOT_CHAT_URL")
BOT_EMBEDDINGS_KEY, BOT_CHAT_KEY = env.str("BOT_EMBEDDINGS_KEY", default=""), env.str("BOT_CHAT_KEY", default="")
BOT_TRANSLATE_URL, BOT_TRANSLATE_KEY = web_address("BOT_TRANSLATE_URL"), env.str("BOT_TRANSLATE_KEY", default="")
BOT_TRANSLATE_MODEL = env.str("BOT_TRANSLATE_MODEL", default="gpt-4o-mini")
BOT_EMBEDDINGS_MODEL = env.str("BOT_EMBEDDINGS_MODEL", default="text-embedding-3-small")
BOT_CHAT_MODEL = env.str("BOT_CHAT_MODEL", default="gpt-4o-mini")

# --- tasks: Celery only sweeps due rows
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {"polling_interval": 0.02}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "sessions_flow.sweep", "schedule": 0.25, "options": {"expires": 1.0}},
    "purge": {"task": "sessions_flow.purge", "schedule": crontab(hour=3, minute=20), "options": {"expires": 3600}},
    "what may wait": {"task": "sessions_flow.sweep_what_may_wait", "schedule": 1.0, "options": {"expires": 1.0}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # accounts are unique among present members (a conditional constraint)
