"""What a notebook computes with: the closure of its imports.

A notebook's results can change when its own code does, or a module that its imports lead to. Of a
module that only hands names on, as ``everystep.lab`` does, the names asked for are followed and
nothing else; every other module counts as a whole, with the ``__init__`` files that Python runs
before it, and with the data files beside it if it says ``__file__``. Where code reaches modules in
a way that cannot be read off it, the whole package counts: too much is executed again then, but
nothing is out of date. Data that a notebook opens by itself does not count.
"""

import ast
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

# What leads to code that the syntax tree does not show: names, modules, and harmless parts of them.
DYNAMIC_NAMES = {"__import__", "exec", "eval"}
DYNAMIC_MODULES = {"builtins", "importlib", "pkgutil", "runpy"}
HARMLESS = {"importlib.metadata", "importlib.util.find_spec"}


class NotReadableError(Exception):
    """What some code uses cannot be told from its text."""


@dataclass
class Closure:
    """What has been found so far.

    Attributes:
        package: folder of the package that is followed, such as ``.../everystep``.
        folder: where the notebook is, whose modules it can import too.
        files: files that count as a whole.
        names: names that were handed on, as ``place -> origin``.
    """

    package: Path
    folder: Path
    files: set[Path] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def follow_code(self, source: str | bytes, *, module: Path | None = None) -> None:
        """Follow everything that some code imports, or names in a text such as ``-m a.b``.

        Args:
            source: Python code.
            module: file that it comes from; None for a notebook's.

        Raises:
            NotReadableError: if the code cannot be parsed, or imports what cannot be told.
        """
        for node in _without_docstrings(_parse(source)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.follow_module(alias.name)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.follow_name(_absolute(node), alias.name)
            elif isinstance(node, ast.Name) and node.id in DYNAMIC_NAMES:
                raise NotReadableError(node.id)
            elif isinstance(node, ast.Attribute) and node.attr == "modules":
                if isinstance(node.value, ast.Name) and node.value.id == "sys":
                    raise NotReadableError("sys.modules")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.follow_text(node.value)
            elif module and isinstance(node, ast.Name) and node.id == "__file__":
                self.files |= {
                    path
                    for path in module.parent.rglob("*")
                    if path.is_file() and path.suffix not in (".py", ".pyc")
                }

    def follow_text(self, text: str) -> None:
        """Follow the modules named in a string: another process may run them."""
        for name in re.findall(rf"\b{self.package.name}(?:\.\w+)*", text):
            rest = ""
            while name and not self.file_of(name):
                name, _, rest = name.rpartition(".")
            if not rest:
                self.follow_module(name)
            elif name != self.package.name:
                self.follow_name(name, rest)

    def follow_module(self, name: str) -> None:
        """Follow a module, of which any part may be used.

        Raises:
            NotReadableError: if it hands names on, so that what is used of it cannot be told.
        """
        file = self.file_of(name)
        top = name.partition(".")[0]
        # A package's submodules are its attributes, as far as anything has imported them.
        if top in DYNAMIC_MODULES or (file and file.name == "__init__.py"):
            raise NotReadableError(name)
        if file:
            self.add(name, file)
        elif top == self.package.name:
            raise NotReadableError(name)

    def follow_name(self, place: str, name: str) -> None:
        """Follow one name that is imported from a module.

        Raises:
            NotReadableError: if the place does not say where the name comes from.
        """
        if {place, f"{place}.{name}"} & HARMLESS:
            return
        file = self.file_of(place)
        if file is None or file.name != "__init__.py":
            self.follow_module(place)
            return
        handed_on = names_handed_on(file.read_bytes())
        if handed_on is None:
            self.add(place, file)
        elif name in handed_on:
            origin, original = handed_on[name]
            self.names.add(f"{place}.{name} -> {origin}.{original}")
            for other, _ in handed_on.values():
                self.add_packages(other)
            self.follow_name(origin, original)
            return
        if self.file_of(f"{place}.{name}"):
            self.follow_module(f"{place}.{name}")
        elif handed_on is not None:
            raise NotReadableError(f"{place}.{name}")

    def add(self, name: str, file: Path) -> None:
        """Count a file as a whole, with what it imports and with the packages it is in."""
        if file not in self.files:
            self.files.add(file)
            self.add_packages(name)
            self.follow_code(file.read_bytes(), module=file)

    def add_packages(self, name: str) -> None:
        """Count the ``__init__`` files with code of their own that Python runs before a module."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            package = ".".join(parts[:length])
            file = self.file_of(package)
            if file and file.name == "__init__.py" and names_handed_on(file.read_bytes()) is None:
                self.add(package, file)

    def digest(self) -> str:
        """Return a hash of all that counts, wherever the package lies."""
        hashed = hashlib.sha256("\n".join(sorted(self.names)).encode())
        for file in sorted(self.files):
            hashed.update(os.path.relpath(file, self.package.parent).encode())
            hashed.update(hashlib.sha256(file.read_bytes()).digest())
        return hashed.hexdigest()

    def file_of(self, module: str) -> Path | None:
        """Return the file of a module of the package, or of one beside the notebook."""
        parts = module.split(".")
        for root in (self.folder, self.package.parent):
            if root == self.package.parent and parts[0] != self.package.name:
                continue
            path = root.joinpath(*parts)
            for file in (path / "__init__.py", path.with_suffix(".py")):
                if file.is_file():
                    return file
        return None


@cache
def _parse(source: str | bytes) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise NotReadableError(str(error)) from error


def _absolute(node: ast.ImportFrom) -> str:
    if node.level or node.module is None:
        raise NotReadableError(ast.unparse(node))
    return node.module


def _without_docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all nodes but texts that stand alone, such as docstrings."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


@cache
def names_handed_on(source: bytes) -> dict[str, tuple[str, str]] | None:
    """Return where each name of a module that only hands names on comes from.

    Args:
        source: the module's code.

    Returns:
        For each name its module and its name there; None if the module has code of its own.
    """
    names: dict[str, tuple[str, str]] = {}
    for node in _parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = (node.module, alias.name)
        elif isinstance(node, ast.Assign):
            if [ast.unparse(target) for target in node.targets] != ["__all__"]:
                return None
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return None
    return names


def closure(code: str, folder: Path, package: Path) -> Closure:
    """Return what a notebook's code computes with.

    Args:
        code: its code cells, joined.
        folder: where the notebook is.
        package: folder of the package that it imports from.
    """
    found = Closure(package, folder)
    try:
        found.follow_code(code)
    except NotReadableError as error:
        everything = {p for p in package.rglob("*") if p.is_file() and p.suffix != ".pyc"}
        return Closure(package, folder, found.files | everything, {f"all because of {error}"})
    return found
