"""Domain and configuration → the Terraform files, through the templates in templates/terraform.

A value that a template prints is turned into an HCL literal unless it is HCL already, so no text
of a spec can become code, whatever a template forgets.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    Undefined,
)
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from codeartifact_tf.domain.model import Condition, Statement
from codeartifact_tf.files.file_tree import Disk, Refused, refused
from codeartifact_tf.files.paths import TEMPLATES
from codeartifact_tf.terraform.configuration import Deployment, Layout
from codeartifact_tf.terraform.hcl import Hcl, align, quote, quote_key
from codeartifact_tf.terraform.marks import mark
from codeartifact_tf.terraform.view import View, listed, view_of

FOLDER = TEMPLATES / "terraform"


def header(origin: str) -> str:
    """The first line of every generated file."""
    return f"{mark(origin)} do not edit, run `codeartifact-tf generate`."


def render(deployment: Deployment, origin: str, templates: Path | None = None) -> Mapping[str, str]:
    """File name → text, for every file in which the domain has something to say.

    `templates` is a folder whose files replace templates of the same name. What such a template
    does wrong is raised as `jinja2.TemplateError` or as whatever its expressions raise.
    """
    environment = _environment(templates and templates.resolve())
    view = view_of(deployment)
    context = {field.name: getattr(view, field.name) for field in fields(view)}
    files = {}
    for name in _names(view):
        body = environment.get_template(f"{name}.j2").render(context)
        files[name] = align(f"{header(origin)}\n\n{body.strip(chr(10))}\n")
    return files


def _names(view: View) -> list[str]:
    present = {
        "terraform.tf": True,
        "providers.tf": view.configuration.layout is Layout.ROOT,
        "domain.tf": view.configuration.managed,
        "repositories.tf": bool(view.domain.repositories),
        "permissions.tf": bool(view.policies),
        "packages.tf": bool(view.domain.package_groups),
        "formats.tf": bool(view.domain.repositories),
        "removed.tf": bool(view.removed),
        "outputs.tf": True,
    }
    return [name for name, is_present in present.items() if is_present]


def template_names() -> frozenset[str]:
    """The names that a folder of custom templates may hold."""
    return frozenset(name for name in os.listdir(FOLDER) if name.endswith(".j2"))


def _finalize(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # raises for half of a surrogate pair, which a custom template may print
    match value:
        case Hcl() | Undefined():
            return value
        case bool():
            return Hcl("true" if value else "false")
        case str():
            return quote(value)
        case _:
            raise TypeError(f"a template prints {value!r}, which is neither text nor true or false")


def _inner(text: str) -> Hcl:
    """Text as it stands between the quotes of a literal."""
    return Hcl(quote(text)[1:-1])


def _by_operator(statement: Statement) -> list[tuple[str, list[Condition]]]:
    """The conditions of a statement, those of one operator together."""
    groups = groupby(statement.conditions, key=lambda condition: condition.operator)
    return [(operator, list(conditions)) for operator, conditions in groups]


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a bound of what one step of arithmetic may take."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply, or refuse numbers of more than `_MOST_BITS`."""
        if isinstance(left, int) and isinstance(right, int):
            times = right if operator == "**" else 1
            more = 0 if operator == "**" else right.bit_length()
            if left.bit_length() * abs(times) + more > _MOST_BITS:
                raise OverflowError("the number is too long")
        return super().call_binop(context, operator, left, right)


_MOST_BITS = 4096
_MOST_BYTES = 1024**2


def _within(folder: Path) -> BaseLoader:
    """The templates of a folder without links, less what a link in it leads to outside."""
    disk = Disk(top=str(folder))

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        path = folder.joinpath(*split_template_path(name))
        try:
            raw = disk.read(path, _MOST_BYTES + 1)
            if len(raw) > _MOST_BYTES:
                raise refused(path, "a template has at most 1 MB")
        except Refused as error:
            raise _refusal(path, str(error.strerror)) from None
        except (OSError, ValueError):  # there is none, or there cannot be one of this name
            return None
        facts = _facts(path)
        return raw.decode(), str(path), lambda: _facts(path) == facts

    return FunctionLoader(load)


def _facts(path: Path) -> tuple[int, int] | None:
    """What changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _refusal(path: Path, why: str) -> TemplateError:
    """An error that no `ignore missing` keeps, and that names the first line of a template."""
    error = TemplateError(f"the template is not read: {why}")
    error.filename, error.lineno = str(path), 1  # type: ignore[attr-defined]
    return error


@cache
def _environment(templates: Path | None) -> Environment:
    built_in: BaseLoader = FileSystemLoader(FOLDER)
    # Only what others wrote needs the sandbox, which makes every template slow.
    kind = _Sandbox if templates else Environment
    environment = kind(
        loader=ChoiceLoader([_within(templates), built_in]) if templates else built_in,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is HCL, and _finalize escapes it
    )
    del environment.globals["lipsum"], environment.filters["random"]  # other text in every run
    environment.filters |= {"key": quote_key, "label": Hcl, "inner": _inner}
    environment.filters |= {"conditions": _by_operator, "listed": listed}
    return environment
