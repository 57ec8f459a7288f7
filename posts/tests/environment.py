"""The tests' environment, set before the settings are read (a pytest plugin: see pyproject.toml)."""

import os
import secrets
import tempfile

_ENVIRONMENT = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DEBUG": "0",
    "PLAIN_STATIC": "1",
    "LANGUAGE_CODE": "ja",
    "SITE_LANGUAGES": "ja",
    "TIME_ZONE": "Asia/Tokyo",
    "SITE_URL": "http://testserver",
    "SITE_NAME": "Editorial",
    "EMAIL_URL": "memorymail://",
    "NOTICES_AT_ONCE": "0",
    "CACHE_URL": "locmemcache://",
    "PAGE_CACHE": "0",  # test_cache.py switches it on
    "EDITORIAL_FOUR_EYES": "1",
    "LOG_LEVEL": "WARNING",
    "MEDIA_ROOT": tempfile.mkdtemp(prefix="editorial-tests-"),
}
os.environ.update(_ENVIRONMENT)
