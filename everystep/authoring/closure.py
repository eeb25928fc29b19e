"""What a notebook computes with: the closure of its imports.

A notebook's results can change when its own code does, or a module that its imports lead to. Of a
module that only hands names on, as ``everystep.lab`` does, the names asked for are followed and
nothing else; every other module counts as a whole, with the ``__init__`` files that Python runs
before it, and with the data files beside it if it says ``__file__``. Where code reaches modules in
a way that cannot be read off it, the whole package counts: too much is executed again then, but
nothing is out of date. A Python file that code names in a text, by its path from the notebook or
from the folder of the package, counts with the Python files beside it, since another process may
run it. Data that a notebook opens by itself does not count.
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


@dataclass(frozen=True)
class References:
    """What a piece of code refers to.

    Attributes:
        modules: modules that are imported as such.
        names: pairs of a module and a name that is imported from it.
        texts: its strings, but for docstrings.
        own_folder: whether it says ``__file__``.
    """

    modules: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    own_folder: bool


@cache
def references(source: str | bytes) -> References:
    """Read off some Python code what it refers to.

    Raises:
        NotReadableError: if the code cannot be parsed, or imports what cannot be told.
    """
    modules, names, texts, own_folder = [], [], [], False
    for node in _without_docstrings(_parse(source)):
        match node:
            case ast.Import():
                modules += [alias.name for alias in node.names]
            case ast.ImportFrom(module=str(module), level=0):
                names += [(module, alias.name) for alias in node.names]
            case ast.ImportFrom():
                raise NotReadableError(ast.unparse(node))
            case ast.Name(id="__file__"):
                own_folder = True
            case ast.Name() if node.id in DYNAMIC_NAMES:
                raise NotReadableError(node.id)
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                raise NotReadableError("sys.modules")
            case ast.Constant(value=str(text)):
                texts.append(text)
    return References(tuple(modules), tuple(names), tuple(texts), own_folder)


def _parse(source: str | bytes) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise NotReadableError(str(error)) from error


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

    Raises:
        NotReadableError: if the code cannot be parsed.
    """
    names: dict[str, tuple[str, str]] = {}
    for node in _parse(source).body:
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                for alias in node.names:
                    names[alias.asname or alias.name] = (module, alias.name)
            case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.Expr(value=ast.Constant()):
                pass
            case _:
                return None
    return names


@dataclass
class Closure:
    """What counts for a notebook, as far as it has been followed.

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
    _found: dict[str, Path | None] = field(default_factory=dict, repr=False)

    def follow_code(self, source: str | bytes) -> None:
        """Follow everything that some code imports, or names in a text such as ``-m a.b``.

        Raises:
            NotReadableError: if what it uses cannot be told.
        """
        used = references(source)
        for module in used.modules:
            self.follow_module(module)
        for place, name in used.names:
            self.follow_name(place, name)
        for text in used.texts:
            self.follow_text(text)

    def follow_text(self, text: str) -> None:
        """Follow the modules and scripts named in a string: another process may run them."""
        for base in (self.folder, self.package.parent):
            if text.endswith(".py") and (base / text).is_file():
                self.files |= {file.resolve() for file in (base / text).parent.glob("*.py")}
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
            NotReadableError: if it is a package, whose attributes may be any of its modules.
        """
        file = self.file_of(name)
        top = name.partition(".")[0]
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
            # Python runs all that the place imports, and so the __init__ files on the way.
            for other in {other for other, _ in handed_on.values()}:
                self.add_packages(other)
            self.follow_name(origin, original)
            return
        if self.file_of(f"{place}.{name}"):
            self.follow_module(f"{place}.{name}")
        elif handed_on is not None:
            raise NotReadableError(f"{place}.{name}")

    def add(self, name: str, file: Path) -> None:
        """Count a file as a whole, with what it uses and with the packages it is in."""
        if file in self.files:
            return
        self.files.add(file)
        self.add_packages(name)
        source = file.read_bytes()
        if references(source).own_folder:
            self.files |= {
                path
                for path in file.parent.rglob("*")
                if path.is_file() and path.suffix not in (".py", ".pyc")
            }
        self.follow_code(source)

    def add_packages(self, name: str) -> None:
        """Count the ``__init__`` files with code of their own that Python runs before a module."""
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            package = ".".join(parts[:length])
            file = self.file_of(package)
            if file and file.name == "__init__.py" and names_handed_on(file.read_bytes()) is None:
                self.add(package, file)

    def file_of(self, module: str) -> Path | None:
        """Return the file of a module of the package, or of one beside the notebook."""
        if module not in self._found:
            roots = [self.folder]
            if module.partition(".")[0] == self.package.name:
                roots.append(self.package.parent)
            paths = [root.joinpath(*module.split(".")) for root in roots]
            files = [file for p in paths for file in (p / "__init__.py", p.with_suffix(".py"))]
            self._found[module] = next(filter(Path.is_file, files), None)
        return self._found[module]

    def digest(self) -> str:
        """Return a hash of all that counts, wherever the package lies."""
        hashed = hashlib.sha256("\n".join(sorted(self.names)).encode())
        for file in sorted(self.files):
            hashed.update(os.path.relpath(file, self.package.parent).encode())
            hashed.update(hashlib.sha256(file.read_bytes()).digest())
        return hashed.hexdigest()


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
