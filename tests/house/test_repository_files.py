"""What no file of the repository may hold."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from codeartifact_tf.spec.schema import Kind
from tests.conftest import ROOT


def _repository_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    paths = (ROOT / os.fsdecode(name) for name in listed.stdout.split(b"\0") if name)
    files = [path for path in paths if path.is_file() and not path.is_symlink()]
    assert files
    return files


def _folders_of_this_machine() -> set[str]:
    folders = {ROOT, ROOT.parent, Path.home(), Path(sys.base_prefix)}
    everyones = {Path(name) for name in ("/", "/usr", "/usr/local", "/opt", "/home", "/srv")}
    everyones.add(Path(tempfile.gettempdir()))
    return {f"{folder}/" for folder in folders - everyones}


def _package_indexes() -> set[str]:
    """Hosts and folders from which pip installs on this machine."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    lines = (line.partition("=") for line in listed.stdout.splitlines())
    sources = ("index-url", "extra-index-url", "find-links", "index_url", "find_links")
    found = " ".join(value for key, _, value in lines if key.endswith(sources))
    words = found.replace("'", " ").replace("\\n", " ").split()
    return {urlsplit(word).hostname or word for word in words}


def test_no_file_names_a_folder_or_a_package_index_of_this_machine() -> None:
    forbidden = [text.encode() for text in _folders_of_this_machine() | _package_indexes()]
    for path in _repository_files():
        content = path.read_bytes()
        assert [text for text in forbidden if text in content] == [], path


def test_locked_requirements_name_no_index() -> None:
    locked = [*ROOT.glob("requirements*.txt")]
    assert len(locked) == 2
    for path in locked:
        options = re.findall(r"^-.*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert options == [], path


def test_committed_json_is_readable_as_such() -> None:
    schemas = [*ROOT.glob("schemas/*.json")]
    assert len(schemas) >= len(Kind)
    for path in schemas:
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2) + "\n", path


_DOCS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]


def test_every_test_that_a_page_names_exists() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in _DOCS)
    named = set(re.findall(r"`(tests/[\w/]+[.]py)(?:::(\w+))?`", pages))
    assert len([test for _, test in named if test]) > 30
    for file, test in sorted(named):
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not test or test in functions, f"{file}::{test}"
