"""Words of other packages' screens that no installed Chinese catalogue translates.

Unfold ships no catalogues, Axes none in Chinese, and the Chinese of django-celery-beat has gaps.
Listed here, these words are collected into the studio's own catalogue like every other, which
Django asks first. ``tests/studio/test_translations.py`` reads the pages and names what is missing.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

# unfold: lists, filters and searches
_("Select action")
_("Select action to run")
_("Select record")
_("Select all rows")
_("Select value")
_("Expand row")
_("More actions")
_("Run")
_("Cancel")
_("Submit")
_("True")
_("False")
_("From")
_("To")
_("Date from")
_("Date to")
_("Value")
_("Not enough data.")
_("Apply Filters")
_("Reset filters")
_("No data")
_("No results found")
_("This page yielded into no results. Create a new item or reset your filters.")
_("Type to search")
_("Search apps and models...")
_("All applications")
_("Recent searches")
_("No recent searches")
_("No results matching your query")
_("Loading more results...")
_("Previous")
_("Next")
_("entries")
_("Welcome")

# unfold: forms and the frame around them
_("General")
_("Date")
_("Go back")
_("Return to site")
_("Welcome back to")
_("You have been successfully logged out from the administration")
_("Light")
_("Dark")

_("Toggle password visibility")
_("Choose file to upload")
_("Click to download")
_("Image preview")
_("Record picture")
_("Add row")
_("This item will be deleted.")
_("Click to cancel")
_("After you've created a user, you’ll be able to edit more user options.")
_(
    "Raw passwords are not stored, so there is no way to see this user’s password, but you can"
    ' change the password using <a href="{}" class="text-primary-600 dark:text-primary-500">this'
    " form</a>."
)

# unfold: sentences with a number
ngettext_lazy("%(counter)s result", "%(counter)s results", "counter")
ngettext_lazy("Please correct the error below.", "Please correct the errors below.", "counter")
ngettext_lazy(
    "\n                Found %(counter)s result in %(time)s seconds\n            ",
    "\n                Found %(counter)s results in %(time)s seconds\n            ",
    "counter",
)

# axes
_("Account locked: too many login attempts. Please try again later.")
_("Account locked: too many login attempts. Contact an admin to unlock your account.")
_("Form Data")
_("Meta Data")
_("Clean up expired attempts")
_("Not set")
_("Attempt Remaining")
_("Locked Out")
_("User Agent")
_("IP Address")
_("Username")
_("HTTP Accept")
_("Path")
_("Attempt Time")
_("Access lock out")
_("access failure")
_("access failures")
_("GET Data")
_("POST Data")
_("Failed Logins")
_("access attempt")
_("access attempts")
_("Expires At")
_("access attempt expiration")
_("access attempt expirations")
_("Logout Time")
_("Session key hash (sha256)")
_("access log")
_("access logs")
_("Access Attempt")
_("The time when access attempt expires and is no longer valid.")

# the schedules that marketing.schedules installs: their names are rows
_("Archive events")
_("Launch due campaigns")
_("Rebuild personas")
_("Refresh personas and segments")
_("Apply scores")
_("Measure experiments")
_("Retrain models")

# django_celery_beat
_("Periodic Tasks Using This Schedule")
_("Execution Options")
_('Cron Months (1-12) Of The Year to Run. Use "*" for "all". (Example: "1,12")')
_(
    'Cron Days Of The Week to Run. Use "*" for "all", Sunday is 0 or 7, Monday is 1.'
    ' (Example: "0,5")'
)
