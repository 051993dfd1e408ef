"""The one workspace: its time zone, money, languages, clock; and the cursors and pointers."""
