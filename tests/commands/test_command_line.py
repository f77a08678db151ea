"""The commands are imported only when they are used, and `--help` knows them all the same."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules

import click
import pytest

from codeartifact_tf import commands
from codeartifact_tf.commands import interface
from codeartifact_tf.commands.command_line import cli, load
from codeartifact_tf.commands.summaries import COMMANDS
from codeartifact_tf.reports import explanation_formats, findings_formats, rules_page
from codeartifact_tf.review import reports


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sentence_about_a_command_is_the_first_of_its_help(name: str) -> None:
    command = load(name)
    assert command.name == name
    sentence = cli.commands[name].get_short_help_str(1000)
    assert command.get_short_help_str(1000) == sentence
    assert _function(name).__doc__ == sentence


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_its_function_does(name: str) -> None:
    taken = {parameter.name for parameter in load(name).params}
    assert taken == {*signature(_function(name)).parameters}


def _function(name: str) -> Callable[..., int]:
    function: Callable[..., int] = getattr(import_module(f"{commands.__name__}.{name}"), name)
    return function


def test_every_command_is_listed_and_declared() -> None:
    modules = [module.name for module in iter_modules(commands.__path__)]
    packages = {name: import_module(f"{commands.__name__}.{name}") for name in modules}
    assert [name for name in modules if hasattr(packages[name], name)] == sorted(COMMANDS)
    declared = [c.name for c in vars(interface).values() if isinstance(c, click.Command)]
    assert declared == sorted(COMMANDS)


_IMPORTED = """\
import json, sys
from codeartifact_tf.commands.command_line import main
main(sys.argv[1:])
print(json.dumps(sorted(name for name in sys.modules if name.startswith("codeartifact_tf"))))
"""


def _imported(*arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *arguments], capture_output=True, text=True, check=True
    )
    imported: list[str] = json.loads(done.stdout.splitlines()[-1])
    return imported


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_without_a_command_no_command_is_imported(arguments: list[str]) -> None:
    assert _imported(*arguments) == [
        "codeartifact_tf",
        "codeartifact_tf.commands",
        "codeartifact_tf.commands.command_line",
        "codeartifact_tf.commands.exit_codes",
        "codeartifact_tf.commands.summaries",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_imports_neither_the_command_nor_what_it_works_with(name: str) -> None:
    imported = _imported(name, "--help")
    assert f"{interface.__name__}" in imported
    rooms = {module.partition(".")[2].partition(".")[0] for module in imported}
    assert rooms <= {"", "commands", "files", "findings", "reports", "review"}
    assert f"{commands.__name__}.{name}" not in imported
    assert len(imported) < 25


@pytest.mark.parametrize(
    ("command", "table"),
    [
        ("generate", findings_formats.REPORTS),
        ("check", findings_formats.REPORTS),
        ("lint", findings_formats.REPORTS),
        ("review", reports.REPORTS),
        ("rules", rules_page.FORMATS),
        ("explain", explanation_formats.FORMATS),
    ],
)
def test_a_format_is_a_key_of_the_table_of_reports(command: str, table: dict[str, object]) -> None:
    (option,) = (parameter for parameter in load(command).params if parameter.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(table)


def test_findings_have_every_format_of_an_explanation() -> None:
    # `explain` of a spec with errors prints the findings in the format that was asked for.
    assert set(explanation_formats.FORMATS) <= set(findings_formats.REPORTS)
