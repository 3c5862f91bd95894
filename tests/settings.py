"""Settings of the test suite: the product's own, with values that a test can know.

TEST_DATABASE=postgres runs the suite on PostgreSQL: on DATABASE_URL where it is set, else on a private server.
"""

import os
import tempfile

from tests import servers

os.environ.update(
    {
        "SECRET_KEY": "tests-only-secret-key-of-more-than-fifty-characters-0123456789",
        "LINK_KEYS": "2:tests-only-link-key-two-0123456789abcdef,1:tests-only-link-key-one-0123456789abcdef",
        "SUPPRESSION_KEY": "tests-only-suppression-key-0123456789abcdef",
        "SITE_URL": "http://testserver",
        "DEMO": "0",
        "DEBUG": "0",
        "WEBHOOK_SECRET": "hook:tests-only",
        "MX_CHECK": "0",
        # Set, though to nothing, so that a developer's .env cannot lead the tests to real servers.
        "REDIS_URL": "",
        "POSTBOX_URL": "",
        "STAFF_TWO_FACTOR": "",
    }
)
os.environ["VAR_DIR"] = os.environ.setdefault("TESTS_VAR_DIR", tempfile.mkdtemp(prefix="paperboy-tests-"))
if os.environ.get("TEST_DATABASE") == "postgres":
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        os.environ["DATABASE_URL"] = servers.postgres()
else:
    os.environ["DATABASE_URL"] = f"sqlite:///{os.environ['VAR_DIR']}/paperboy.sqlite3"

from newsletter.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: the journey's worker is a process of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # noqa: F405
