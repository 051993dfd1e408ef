"""Settings of the suite: the same paths, in a folder that goes away with the run."""

import os
import tempfile

os.environ.setdefault("ZHIXIN_HOME", tempfile.mkdtemp(prefix="zhixin-tests-"))

from marketing.settings import *  # noqa: F403

SECRET_KEY = "a key that only the suite uses, long enough for HMAC-SHA256"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
