"""Names of files and folders are text of others: nothing obeys them, wherever they are printed."""

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from codeartifact_tf.files.paths import escaped, shown
from tests.conftest import Ran, Run
from tests.support import teams
from tests.support.git import commit_all
from tests.support.git import run as git
from tests.support.teams import DELETES, INVALID, SPEC

NAMES = {
    "terminal": "a\x1b[31m\x1b]0;title\x07\x9b2J",
    "line": "a\n::error::pwned\r::stop-commands::x\x85\u2028b",
    "command": "::error file=x::pwned",
    "blank-command": "  ::add-mask::pwned",
    "old-command": "##[add-path]pwned ##vso[task.setvariable]x",
    "percent": "a%0A::error::pwned%0D",
    "direction": "a\u202egpj.exe\u2066\u200f\u200b",
    "markdown": "`a` [x](https://example.com) <img src=x> @everyone ``` |",
    "bytes": os.fsdecode(b"a\xff\xfe"),
}
COMMANDS = (
    ("lint", "."),
    ("check", "."),
    ("generate", "."),
    ("review", "--against", "refs/remotes/origin/main", "."),
    ("explain", ".", "nothing"),
)
FORMATS = {
    "lint": ("text", "json", "github", "sarif"),
    "check": ("text", "json", "github", "sarif"),
    "generate": ("text", "json", "github", "sarif"),
    "review": ("text", "markdown", "json", "github", "sarif", "shell"),
    "explain": ("text", "json"),
}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return NAMES[request.param]


def _harmless(done: Ran, format_: str = "text") -> None:
    """No character moves the cursor or the writing, and no line is one that a runner obeys."""
    text = done.out + done.err
    assert done.code in {0, 1, 2}, text
    bad = [
        c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ]
    assert bad == []
    ours = re.compile(r"::(error|warning) file=[^:]*,line=\d+,col=\d+,title=[a-z-]+::")
    for line in text.splitlines():
        if line.lstrip().startswith("::"):
            assert format_ == "github"
            assert ours.match(line), line
        if format_ in {"text", "github"} and not line.startswith("::"):
            assert "##[" not in line
            assert "##vso[" not in line


@pytest.fixture
def plain(name: str) -> str:
    """The name as one of a folder."""
    return name.replace("/", "")


def _generated(folder: Path) -> Path:
    return folder / "terraform" / "outputs.tf"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("spec", ["stale", "invalid"])
def test_no_command_prints_a_name_as_it_is(
    run: Run,
    plain: str,
    command: tuple[str, ...],
    spec: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "checkout"
    git(tmp_path, "init", "-q", "-b", "main", folder.name)
    monkeypatch.chdir(folder)
    teams.write(folder, SPEC, plain)
    run("generate", plain)
    home = folder / plain
    # One of ours that is no longer produced, and one of theirs.
    mark = _generated(home).read_text(encoding="utf-8").splitlines()[0]
    (home / "terraform" / f"old {plain}.tf").write_text(f"{mark}\n", encoding="utf-8")
    (home / "terraform" / f"{plain}.tf").write_text("# theirs\n", encoding="utf-8")
    commit_all(folder)
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    more = DELETES if spec == "stale" else f"include: ['*/*.yaml']\n{INVALID}"
    teams.write(folder, more, plain)
    (home / plain).mkdir()
    (home / plain / f"{plain}.yaml").write_text("repositories: {x: [}\n", encoding="utf-8")
    printed = []
    for format_ in FORMATS[command[0]]:
        done = run(*command, "--format", format_)
        _harmless(done, format_)
        printed.append(done.out)
        if format_ in {"json", "sarif"} and done.out:
            json.loads(done.out)
        if format_ == "markdown":
            _is_text_only(done.out)
    # What the name was escaped to is there, or nothing was to be said of a file.
    is_told = command[0] not in {"explain", "lint"} or spec == "invalid"
    assert any(".yaml" in text or ".tf" in text for text in printed) == is_told


def _is_text_only(markdown: str) -> None:
    """No name became a link, an image, HTML or an end of a block of code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds & {"link_open", "image", "html_inline"} == set()
    html = [token.content for token in tokens if token.type == "html_block"]
    assert [text for text in html if "img" in text] == []


def test_no_error_prints_a_name_as_it_is(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty", plain).mkdir(parents=True)
    place = str(Path("empty", plain))
    for command in (
        ("lint", place),
        ("lint", f"{plain}.yaml"),
        ("lint", f"--{plain}"),
        (plain,),
        ("generate", "--output-dir", place, place),
        ("generate", "--templates", plain, place),
        ("rules", plain),
        ("schema", plain),
        ("explain", place, plain),
        ("explain", plain),
        ("review", plain, place),
        ("review", "--against", plain, place),
        ("init", "--domain", plain, place),
        ("review", place, place, "--format", plain),
    ):
        done = run(*command)
        _harmless(done)
        assert done.code, command


def test_init_prints_no_name_as_it_is(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for code in (0, 2):
        done = run("init", plain)
        _harmless(done)
        assert done.code == code


def test_an_error_of_the_system_prints_no_name_as_it_is(
    run: Run, plain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    teams.write(tmp_path, SPEC, plain)

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    done = run("generate", plain)
    _harmless(done)
    assert (done.code, "Permission denied" in done.err) == (2, True)


def test_a_bug_prints_no_name_as_it_is(
    run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"a name: {name}")

    monkeypatch.setattr("codeartifact_tf.spec.loader.find", fail)
    done = run("lint")
    assert done.code == 3
    _harmless(Ran(0, done.out, done.err))


def test_a_path_is_shown_on_one_line_that_no_runner_obeys(name: str) -> None:
    for path in (Path(name), Path("a") / name, Path(name) / "a"):
        text = shown(path)
        assert text.isprintable()
        assert not text.lstrip().startswith("::")
        assert "##" not in text
    assert escaped(name).isprintable()


def test_plain_paths_are_shown_as_they_are() -> None:
    for text in ("registry/domain.yaml", "./x", "../a b/ü.yaml", "a:b", "C#/x", ":x", "/"):
        assert shown(Path(text)) == Path(text).as_posix()


def test_the_help_keeps_its_lines(run: Run) -> None:
    done = run()
    assert (done.out + done.err).splitlines() == run("--help").out.splitlines()
