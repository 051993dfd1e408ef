"""Settings of the suite: the same paths, in a folder that goes away with the run."""

import atexit
import os
import shutil
import tempfile

if "ZHIXIN_HOME" not in os.environ:
    os.environ["ZHIXIN_HOME"] = tempfile.mkdtemp(prefix="zhixin-tests-")
    # The process that made it removes it; workers of a parallel run inherit it.
    atexit.register(shutil.rmtree, os.environ["ZHIXIN_HOME"], ignore_errors=True)

from marketing.settings import *  # noqa: F403

SECRET_KEY = "a key that only the suite uses, long enough for HMAC-SHA256"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
LOG_SHOWS_OWN_ROWS = True
