"""The URL root."""

urlpatterns: list[object] = []
