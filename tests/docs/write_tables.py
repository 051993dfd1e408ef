"""``python -m tests.docs.write_tables``: the documents' tables anew, from the registries."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketing.settings.tests")
    django.setup()
    from tests.docs.pages import pages
    from tests.docs.tables import rewrite

    changed = [page.name for page in pages() if rewrite(page)]
    sys.stdout.write(f"{', '.join(changed) or 'nothing'} changed\n")
