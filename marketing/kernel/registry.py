"""A folder is the registry: each sibling file of a package holds one member.

A member's name is its file's name. The contract (a base class) stands in the package's
``__init__.py``; members are found on first use, so adding one touches exactly one file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Generic, TypeVar

from marketing.kernel.errors import unknown_name

M = TypeVar("M")


class Registry(Generic[M]):
    """Members of one package: ``registry["count"]`` is the class in ``count.py``.

    ``base`` is the contract that every member subclasses; ``kind`` names a member in errors.
    """

    def __init__(self, package: str, base: type[M], kind: str) -> None:
        self.package = package
        self.base = base
        self.kind = kind
        self._members: dict[str, type[M]] | None = None

    @property
    def members(self) -> dict[str, type[M]]:
        """Name to class, sorted by name; the folder is read once per process."""
        if self._members is None:
            self._members = dict(self._discover())
        return self._members

    def names(self) -> list[str]:
        return list(self.members)

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def get(self, name: str, *, pointer: str | None = None) -> type[M]:
        """Raises NotFound with the nearest valid name."""
        if name not in self.members:
            raise unknown_name(self.kind, name, self.members, pointer=pointer)
        return self.members[name]

    def name_of(self, member: type[M]) -> str:
        return member.__module__.rpartition(".")[2]

    def forget(self) -> None:
        """Read the folder again on next use (a test that drops a file in needs it)."""
        self._members = None

    def _discover(self) -> Iterator[tuple[str, type[M]]]:
        package = importlib.import_module(self.package)
        importlib.invalidate_caches()
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            if not found.name.startswith("_"):
                module = importlib.import_module(f"{self.package}.{found.name}")
                yield found.name, self._member_of(module)

    def _member_of(self, module: ModuleType) -> type[M]:
        own = [
            member
            for member in vars(module).values()
            if inspect.isclass(member)
            and issubclass(member, self.base)
            and member.__module__ == module.__name__
        ]
        if len(own) != 1:
            raise TypeError(
                f"{module.__name__} must define exactly one {self.base.__name__}, found {len(own)}"
            )
        return own[0]
