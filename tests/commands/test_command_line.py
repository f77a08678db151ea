"""The commands are imported only when they are used, and `--help` knows them all the same."""

import json
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import click
import pytest

from codeartifact_tf import commands
from codeartifact_tf.commands.command_line import COMMANDS, cli, load
from codeartifact_tf.reports import explanation_formats, findings
from codeartifact_tf.review import reports
from codeartifact_tf.rules import page


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sentence_about_a_command_is_the_first_of_its_help(name: str) -> None:
    command = load(name)
    assert command.name == name
    assert command.get_short_help_str(1000) == cli.commands[name].get_short_help_str(1000)


def test_every_command_is_listed_by_the_name_of_its_module() -> None:
    modules = {
        module.name: import_module(f"{commands.__name__}.{module.name}")
        for module in iter_modules(commands.__path__)
    }
    found = [
        name
        for name, module in modules.items()
        for value in vars(module).values()
        if isinstance(value, click.Command) and not isinstance(value, click.Group)
    ]
    assert found == sorted(COMMANDS)


_IMPORTED = """\
import json, sys
from codeartifact_tf.commands.command_line import main
main(sys.argv[1:])
print(json.dumps(sorted(name for name in sys.modules if name.startswith("codeartifact_tf"))))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_without_a_command_no_command_is_imported(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *arguments], capture_output=True, text=True, check=True
    )
    imported = json.loads(done.stdout.splitlines()[-1])
    assert imported == [
        "codeartifact_tf",
        "codeartifact_tf.commands",
        "codeartifact_tf.commands.command_line",
        "codeartifact_tf.commands.exit_codes",
    ]


@pytest.mark.parametrize(
    ("command", "table"),
    [
        ("generate", findings.REPORTS),
        ("check", findings.REPORTS),
        ("lint", findings.REPORTS),
        ("review", reports.REPORTS),
        ("rules", page.FORMATS),
        ("explain", explanation_formats.FORMATS),
    ],
)
def test_a_format_is_a_key_of_the_table_of_reports(command: str, table: dict[str, object]) -> None:
    (option,) = (parameter for parameter in load(command).params if parameter.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == list(table)


def test_findings_have_every_format_of_an_explanation() -> None:
    # `explain` of a spec with errors prints the findings in the format that was asked for.
    assert set(explanation_formats.FORMATS) <= set(findings.REPORTS)
