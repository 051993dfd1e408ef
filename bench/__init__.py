"""Benches: each prints figures beside its bars. Their home is a new one, gone when they end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import django
from django.conf import settings

if not settings.configured:
    _HOME = tempfile.mkdtemp(prefix="zhixin-bench-")
    atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
    os.environ["ZHIXIN_HOME"] = _HOME
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketing.settings")
    django.setup()
