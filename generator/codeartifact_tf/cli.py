"""The commands: reads arguments, prints, and gives the exit code. Nothing else prints or exits.

Exit codes: 0 fine, 1 findings or stale files, 2 wrong usage or unreadable input, 3 our own bug.
"""

import gc
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from codeartifact_tf import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from codeartifact_tf.files.file_tree import Tree
    from codeartifact_tf.files.output import Changes
    from codeartifact_tf.files.proof_cache import Proofs
    from codeartifact_tf.findings.problem import Problem
    from codeartifact_tf.pipeline import Outcome, Side

_FINE, _FINDINGS, _USAGE, _BUG = 0, 1, 2, 3
_INTERRUPTED = 130  # as a shell counts a process that SIGINT ended

_FORMATS = ("text", "json", "github", "sarif")
_REVIEW_FORMATS = ("text", "markdown", "json", "github", "sarif", "shell")
_COLOURS: Mapping[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "place": {"bold": True},
    "margin": {"fg": "blue"},
}

_paths = click.argument("paths", nargs=-1, metavar="[PATH]...")
_format = click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
_output_dir = click.option(
    "--output-dir",
    type=click.Path(),
    help="Where the Terraform of the one spec goes. [default: terraform/ beside the spec]",
)
_templates = click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False),
    help="A folder whose templates replace built-in ones of the same name.",
)


def _proofs(_: click.Context, __: click.Parameter, no_cache: bool) -> "Proofs":  # noqa: FBT001
    from codeartifact_tf.files import proof_cache  # noqa: PLC0415 - imports cost what --help need not pay

    return proof_cache.NONE if no_cache else proof_cache.Proofs(proof_cache.folder())


_no_cache = click.option(
    "--no-cache",
    "proven",
    is_flag=True,
    callback=_proofs,
    envvar="CODEARTIFACT_TF_NO_CACHE",
    show_envvar=True,
    help="Prove everything again, and remember nothing of it.",
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command line (without the program's name) and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe of another encoding gets escapes for what it cannot show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    thresholds = gc.get_threshold()
    # Millions of small values are made, and hardly one is freed before the end: look less often.
    gc.set_threshold(100_000, *thresholds[1:])
    try:
        result = cli.main(args=arguments, prog_name="codeartifact-tf", standalone_mode=False)
    except click.ClickException as error:
        error.message = _escaped(error.message)  # type: ignore[misc]  # click prints it
        with suppress(OSError):
            error.show()
        return _USAGE
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return _INTERRUPTED
    except SystemExit:
        # Whoever read the output has gone; click keeps the interpreter from complaining about it.
        return _USAGE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _complain(_escaped(f"error: {where}{error.strerror or error}"))
        return _USAGE
    except Exception:  # noqa: BLE001 - whatever is left is ours
        import traceback  # noqa: PLC0415

        lines = traceback.format_exc().split("\n")
        _complain("\n".join(map(_escaped, lines)))
        _complain("This is a bug in codeartifact-tf. Please report it.")
        return _BUG
    finally:
        gc.set_threshold(*thresholds)
    return int(result or _FINE)


def _escaped(text: str) -> str:
    from codeartifact_tf.files.paths import escaped  # noqa: PLC0415

    return escaped(text)


def _complain(text: str) -> None:
    """Say it, if there is still somebody to hear it: the exit code must not depend on that."""
    with suppress(OSError):
        click.echo(text, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """AWS CodeArtifact domains as reviewed code.

    Reads one YAML spec per domain, checks it, renders Terraform, and reads its own Terraform back
    to prove that it says what the spec says. PATH is a spec, or a folder in which specs
    (domain.yaml) are found; the default is the current folder.
    """
    if os.environ.get("NO_COLOR"):
        click.get_current_context().color = False


@cli.command()
@_paths
@_format
@_output_dir
@_templates
@_no_cache
def generate(
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    proven: "Proofs",
) -> int:
    """Write the Terraform of every spec, if all of them are valid."""
    from codeartifact_tf.files import output  # noqa: PLC0415

    outcomes = _generate(paths, format_, output_dir, templates, proven)
    problems = _problems(outcomes)
    if any(outcome.has_errors for outcome in outcomes):
        return _report(format_, problems, [], outcomes)
    done = []
    failure = None
    for outcome in outcomes:
        try:
            done += [output.write(outcome.changes)] if outcome.changes else []
        except OSError as error:
            failure = error
            break
    problems += [problem for changes in done for problem in changes.problems]
    written = [changes for changes in done if not changes.problems]
    files = [file for changes in written for file in _files(changes, "written", "deleted")]
    if format_ == "text":
        for file in files:
            if file["action"] != "unchanged":
                click.echo(f"{file['path']}: {_ACTIONS.get(file['action'], file['action'])}")
        click.echo(_count(files))
    code = _report(format_, problems, files, outcomes)
    if failure:
        raise failure  # after what was written has been said
    return code


@cli.command()
@_paths
@_format
@_output_dir
@_templates
@_no_cache
@click.option(
    "--tracked",
    is_flag=True,
    help="Ask git, too: a generated file that was never added to it is missing.",
)
def check(
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    proven: "Proofs",
    *,
    tracked: bool,
) -> int:
    """Tell whether the committed Terraform is what the specs say; print a diff of what is stale."""
    from codeartifact_tf.files import output  # noqa: PLC0415

    outcomes = _generate(paths, format_, output_dir, templates, proven)
    problems = _problems(outcomes)
    # Where something stands in the way, that is what to mend first.
    plans = [o.changes for o in outcomes if o.changes and not o.has_errors]
    files = [file for changes in plans for file in _files(changes, "stale", "orphaned")]
    if format_ == "text":
        for changes in plans:
            for line in output.diff(changes):
                click.echo(_coloured_diff(line), nl=False)
    for changes in plans:
        problems += _faults(changes, tracked=tracked)
    code = _report(format_, problems, files, outcomes)
    if code == _FINE and format_ == "text":
        click.echo(f"{len(files)} files are up to date.")
    return code


@cli.command()
@_paths
@_format
@_no_cache
def lint(paths: tuple[str, ...], format_: str, proven: "Proofs") -> int:
    """Check the specs, and nothing else."""
    from codeartifact_tf import pipeline  # noqa: PLC0415

    outcomes = _each(lambda spec: pipeline.lint(spec, proven), _specs(paths), format_)
    problems = _problems(outcomes)
    code = _report(format_, problems, [], outcomes)
    if not problems and format_ == "text":
        click.echo(f"{len(outcomes)} spec{'s' * (len(outcomes) != 1)} without findings.")
    return code


@cli.command()
@_paths
@click.option(
    "--against",
    metavar="REV",
    help="Compare the working tree with where it left this revision of git (the merge base).",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_REVIEW_FORMATS),
    default="text",
    show_default=True,
    help="How the review is printed; github and sarif are its findings, shell its remedies.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    show_default=True,
    help="The least severity of findings that makes the exit code 1.",
)
@_no_cache
def review(
    paths: tuple[str, ...], against: str | None, format_: str, fail_on: str, proven: "Proofs"
) -> int:
    """Tell what a change does to everyone's builds.

    With --against REV the specs of PATH are compared with those of a revision; without it there are
    two PATHs, the old and the new version, each a spec or a folder.
    """
    from pathlib import Path  # noqa: PLC0415

    from codeartifact_tf.files import git  # noqa: PLC0415
    from codeartifact_tf.files.file_tree import DISK  # noqa: PLC0415
    from codeartifact_tf.pipeline import Side  # noqa: PLC0415

    if against is None:
        if len(paths) != len(("old", "new")):
            raise click.UsageError("give --against REV, or two paths: the old and the new version")
        old, new = (Side(DISK, _below(path)) for path in paths)
        return _review(old, new, format_, fail_on, proven)
    given = paths or (".",)
    try:
        with git.opened(against, Path(given[0])) as tree:
            outside = [path for path in given if not tree.covers(Path(path))]
            if outside:
                raise click.UsageError(f"{outside[0]} is not in the git repository of {given[0]}")
            old, new = Side(tree, _present(given, tree)), Side(DISK, _present(given, DISK))
            if not old.specs and not new.specs:
                raise click.UsageError(
                    f"there is no spec in {' '.join(given)}, neither now nor in {tree.label}"
                )
            return _review(old, new, format_, fail_on, proven)
    except git.NoRevision as error:
        raise click.ClickException(str(error)) from None


def _present(given: tuple[str, ...], tree: "Tree") -> "dict[str, Path]":
    """The specs that there are in a tree, by their paths."""
    from pathlib import Path  # noqa: PLC0415

    from codeartifact_tf.spec import loader  # noqa: PLC0415

    found, _ = loader.find(tuple(path for path in given if tree.exists(Path(path))), tree)
    return {os.path.normpath(path): path for path in found}


def _below(given: str) -> "dict[str, Path]":
    """The specs of one of two versions, by their paths in its folder."""
    from pathlib import Path  # noqa: PLC0415

    from codeartifact_tf.spec.loader import SPEC_FILE  # noqa: PLC0415

    if not Path(given).is_dir():
        return {SPEC_FILE: Path(given)}
    return {path.relative_to(given).as_posix(): path for path in _specs((given,))}


def _review(old: "Side", new: "Side", format_: str, fail_on: str, proven: "Proofs") -> int:
    from codeartifact_tf import pipeline  # noqa: PLC0415
    from codeartifact_tf.findings.problem import Severity  # noqa: PLC0415
    from codeartifact_tf.review.reports import REPORTS  # noqa: PLC0415

    review, outcomes = pipeline.review(old, new, _style, proven)
    _echo(REPORTS[format_](review))
    if any(outcome.is_unreadable for outcome in outcomes):
        return _USAGE
    counted = {"error": {Severity.ERROR}, "warning": {*Severity}, "never": set[Severity]()}
    failing = counted[fail_on]
    return _FINDINGS if any(p.severity in failing for p in review.problems) else _FINE


@cli.command()
@click.argument("path")
@click.argument("repository")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text")
@_no_cache
def explain(path: str, repository: str, format_: str, proven: "Proofs") -> int:
    """Tell how REPOSITORY of the spec at PATH finds packages.

    Prints the search order, the public registries that are reached and by which path, where a
    fetched version is kept, and the counts against AWS's quotas.
    """
    import json  # noqa: PLC0415

    from codeartifact_tf import pipeline  # noqa: PLC0415
    from codeartifact_tf.findings.nearest import nearest  # noqa: PLC0415
    from codeartifact_tf.reports.explanation import explain as explain_repository  # noqa: PLC0415

    outcomes = [pipeline.lint(spec, proven) for spec in _specs((path,))]
    if any(outcome.has_errors for outcome in outcomes):
        return _report(format_, _problems(outcomes), [], outcomes)
    specs = [outcome.spec for outcome in outcomes if outcome.spec]
    found = [spec for spec in specs if repository in spec.declarations]
    if not found:
        meant = nearest(repository, [name for spec in specs for name in spec.declarations])
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise click.ClickException(f"there is no repository {repository!r} in {path}{hint}")
    explanations = [explain_repository(spec, repository) for spec in found]
    if format_ == "json":
        documents = [explanation.document() for explanation in explanations]
        _echo(json.dumps({"version": 1, "repositories": documents}, indent=2) + "\n")
    else:
        _echo("\n".join(explanation.text() for explanation in explanations))
    return _FINE


@cli.command()
@click.argument("names", nargs=-1, metavar="[RULE]...")
@click.option(
    "--format", "format_", type=click.Choice(("text", "json", "markdown")), default="text"
)
def rules(names: tuple[str, ...], format_: str) -> int:
    """List the rules, or explain the RULEs that are named."""
    from codeartifact_tf.findings.nearest import nearest  # noqa: PLC0415
    from codeartifact_tf.rules import (  # noqa: PLC0415
        ALL,
        BY_NAME,
        page,
    )

    for name in names:
        if name not in BY_NAME:
            meant = nearest(name, BY_NAME)
            raise click.UsageError(
                f"there is no rule {name!r}{f'; did you mean {meant!r}?' if meant else ''}"
            )
    chosen = [BY_NAME[name] for name in names] or list(ALL)
    if format_ == "text" and not names:
        formatter = click.HelpFormatter(max_width=100)
        formatter.write_dl([(rule.name, f"{page.force(rule)}. {rule.summary}") for rule in ALL])
        _echo(formatter.getvalue())
    else:
        _echo(page.FORMATS[format_](chosen))
    return _FINE


@cli.command()
@click.argument("kind", type=click.Choice(("domain", "team", "review")), default="domain")
def schema(kind: str) -> int:
    """Print the JSON Schema of a domain spec, of a team file, or of a review as JSON."""
    from codeartifact_tf.files.paths import SCHEMAS  # noqa: PLC0415

    _echo((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return _FINE


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False), default=".")
@click.option("--domain", default="acme", show_default=True, help="Name of the domain.")
@click.option("--region", default="eu-west-1", show_default=True, help="AWS Region.")
def init(folder: str, domain: str, region: str) -> int:
    """Write a first spec, and the JSON Schema for your editor, to FOLDER."""
    import shlex  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from codeartifact_tf.files.paths import shown  # noqa: PLC0415
    from codeartifact_tf.spec import starter  # noqa: PLC0415

    home = Path(folder)
    try:
        written = starter.write(home, domain, region)
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} exists already") from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for path in written:
        click.echo(f"{shown(path)}: written")
    click.echo(f"Next: codeartifact-tf generate {shlex.quote(shown(home))}")
    return _FINE


def _specs(paths: tuple[str, ...]) -> "list[Path]":
    from codeartifact_tf.spec import loader  # noqa: PLC0415

    try:
        found, empty = loader.find(paths or (".",))
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}") from None
    for path in empty:
        raise click.UsageError(
            f"there is no {loader.SPEC_FILE} in {path}; `init` writes a first one"
        )
    return found


def _each(run: "Callable[[Path], Outcome]", specs: "list[Path]", format_: str) -> "list[Outcome]":
    """Run over the specs, with a progress bar where a person waits for many.

    The specs themselves are let go: each holds its text and a tree of it, and there may be many.
    """
    from dataclasses import replace  # noqa: PLC0415

    def outcome(spec: "Path") -> "Outcome":
        return replace(run(spec), spec=None)

    if len(specs) > 1 and format_ == "text" and sys.stderr.isatty():
        with click.progressbar(specs, label="Specs", file=sys.stderr, show_pos=True) as bar:
            return [outcome(spec) for spec in bar]
    return [outcome(spec) for spec in specs]


def _generate(
    paths: tuple[str, ...],
    format_: str,
    output_dir: str | None,
    templates: str | None,
    proven: "Proofs",
) -> "list[Outcome]":
    from pathlib import Path  # noqa: PLC0415

    from codeartifact_tf import pipeline  # noqa: PLC0415

    folder = None if output_dir is None else Path(output_dir)
    own = None if templates is None else Path(templates)
    specs = _specs(paths)
    if folder is not None and len(specs) > 1:
        raise click.ClickException(f"--output-dir is for one spec, but there are {len(specs)}")
    homes: dict[str, Path] = {}
    for spec in specs:
        other = homes.setdefault(os.path.realpath(pipeline.folder_of(spec, folder)), spec)
        if other is not spec:
            raise click.ClickException(f"{other} and {spec} would write to the same folder")
    return _each(lambda s: pipeline.generate(s, folder, own, proven), specs, format_)


def _problems(outcomes: "Iterable[Outcome]") -> "list[Problem]":
    return [problem for outcome in outcomes for problem in outcome.problems]


_ACTIONS = {
    "foreign": "left alone, it was not generated",
    "stale": "this file is not what the spec says",
    "orphaned": "this generated file is no longer produced",
}


def _files(changes: "Changes", stale: str, orphaned: str) -> list[dict[str, str]]:
    actions = dict.fromkeys(changes.unchanged, "unchanged")
    actions |= dict.fromkeys(changes.stale, stale) | dict.fromkeys(changes.orphans, orphaned)
    actions |= dict.fromkeys(changes.foreign, "foreign")
    return [
        {"path": changes.place(name), "action": action} for name, action in sorted(actions.items())
    ]


def _faults(changes: "Changes", *, tracked: bool) -> "list[Problem]":
    """The files that are not what the spec says, and those that git would not commit."""
    from codeartifact_tf.files import git  # noqa: PLC0415
    from codeartifact_tf.findings.problem import Location, Problem, Severity  # noqa: PLC0415

    try:
        unknown = git.untracked(changes.folder, changes.unchanged) if tracked else ()
    except git.NoRevision as error:
        raise click.ClickException(str(error)) from None
    fix = "run `codeartifact-tf generate`"
    said = [
        *((name, _ACTIONS["stale"], fix) for name in changes.stale),
        *((name, _ACTIONS["orphaned"], fix) for name in changes.orphans),
        *((name, "this file was never added to git", "run `git add`") for name in unknown),
    ]
    return [
        Problem(Location(changes.place(name)), Severity.ERROR, "stale-file", message, fix)
        for name, message, fix in sorted(said)
    ]


def _count(files: list[dict[str, str]]) -> str:
    actions = [file["action"] for file in files]
    counts = [(name, actions.count(name)) for name in ("written", "deleted", "unchanged")]
    return (
        ", ".join(f"{count} {name}" for name, count in counts if count or name == "written") + "."
    )


def _report(
    format_: str,
    problems: "list[Problem]",
    files: list[dict[str, str]],
    outcomes: "Iterable[Outcome]",
) -> int:
    """Print the findings and give the exit code that they mean."""
    from codeartifact_tf.findings.problem import Severity  # noqa: PLC0415
    from codeartifact_tf.reports.findings import REPORTS, Results  # noqa: PLC0415
    from codeartifact_tf.rules import BY_NAME  # noqa: PLC0415

    _echo(REPORTS[format_](Results(problems, files, BY_NAME, _style)))
    if any(outcome.is_unreadable for outcome in outcomes):
        return _USAGE
    return _FINDINGS if any(p.severity is Severity.ERROR for p in problems) else _FINE


def _style(text: str, style: str) -> str:
    return click.style(text, **_COLOURS[style])


def _coloured_diff(line: str) -> str:
    from codeartifact_tf.reports.findings import printable  # noqa: PLC0415

    line = f"{printable(line.removesuffix(chr(10)))}\n"
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return click.style(line, fg=colours[line[0]]) if line[0] in colours else line


def _echo(text: str) -> None:
    if text:
        click.echo(text, nl=False)
