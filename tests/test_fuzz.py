"""Whatever is in the files, there are findings, or Terraform that three parsers read as one domain.

A little of it in every run of the tests, as much as one likes with `make fuzz`.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from generator import pipeline
from generator.cli import main
from generator.model import Domain
from generator.readers.terraform import read
from generator.schema import Kind
from tests.conftest import EXAMPLES, FUZZED, ROOT, Terraform
from tests.from_schema import mutated, structures
from tests.judges import assert_plan_shows, assert_tfparse_reads, plan_of_modules
from tests.plans import as_module
from tests.strategies import dump, specs
from tests.test_hostile import HEAD, SECONDS, limit

_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))
_fuzzed = settings(_SETTINGS, max_examples=FUZZED)
_BATCH = 40

Files = Mapping[str, bytes]


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def _run(*arguments: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*arguments])
    return Ran(code, out.getvalue(), err.getvalue())


def _write(folder: Path, files: Files) -> None:
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


def _generate(files: Files, format_: str = "json") -> Domain | None:
    """The domain that was generated from files, or None where there were findings instead."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "one", "two")  # so that `../..` finds nothing of others
        name = str(folder)
        _write(folder, files)
        ran = _run("generate", name, "--format", format_)
        assert ran.code in {0, 1, 2}, ran.err
        assert ran.err == ""
        if format_ in {"json", "sarif"}:
            json.loads(ran.out)
        if ran.code:
            assert ran.out
            assert ran.code == 1 or "file-unreadable" in ran.out
            assert not (folder / "terraform").exists()
            return None
        assert _run("check", name).code == 0
        spec = pipeline.lint(folder / "domain.yaml").spec
        assert spec
        texts = {path.name: path.read_text("utf-8") for path in (folder / "terraform").iterdir()}
        assert read(texts) == spec.domain
        assert_tfparse_reads(spec.domain, folder / "terraform")
        return spec.domain


# Bytes

_TEXTS = [path.read_bytes() for path in sorted(EXAMPLES.rglob("*.yaml"))]
_TOKENS = (
    *(b"\n", b"  ", b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"|\n", b">-\n"),
    *(b"&a ", b"*a", b"<<: ", b"!!str ", b"!x ", b"%YAML 1.1\n", b"---\n", b"...\n", b"#", b"\t"),
    *(
        b"\r",
        b"\r\n",
        b"\0",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x80",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
    ),
    *(b"null", b"~", b"true", b"1e9", b"0x1", b"a: ", b"x-a: ", b"domain: ", b"repositories: "),
    *(b"upstreams: ", b"include: ", b"**/../", b"removed: ", b"# codeartifact-tf: ignore[a] b\n"),
    *(b'"\\ud800"', b'"\\U0001F600"', b'"\\x00"', b"${", b"%{", b"x" * 300),
)


@st.composite
def _edited(draw: DrawFn) -> bytes:
    """An example with some of its bytes taken out or exchanged."""
    raw = draw(st.sampled_from(_TEXTS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        end = start + draw(st.sampled_from((0, 0, 1, 2, 10, 100)))
        raw = raw[:start] + draw(st.sampled_from(_TOKENS) | st.binary(max_size=4)) + raw[end:]
    return raw


_bytes = st.one_of(
    st.binary(), st.lists(st.sampled_from(_TOKENS), max_size=30).map(b"".join), _edited()
)


@_fuzzed
@given(_bytes, st.sampled_from(("text", "json", "github", "sarif")))
def test_any_bytes_as_spec(raw: bytes, format_: str) -> None:
    _generate({"domain.yaml": raw}, format_)


@_fuzzed
@given(_bytes)
def test_any_bytes_as_team_file(raw: bytes) -> None:
    spec = b"domain: {name: acme, region: eu-west-1}\ninclude: [team.yaml]\n"
    _generate({"domain.yaml": spec, "team.yaml": raw})


@settings(_SETTINGS, max_examples=max(1, FUZZED // 100))
@given(
    st.lists(st.sampled_from(_TOKENS) | st.binary(max_size=3), min_size=1, max_size=6).map(
        b"".join
    ),
    st.sampled_from((b"", HEAD.encode(), HEAD.encode() + b"repositories:\n")),
)
def test_any_bytes_a_megabyte_of_them(piece: bytes, head: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), {"domain.yaml": head + piece * (1_000_000 // (len(piece) or 1))})
        done = subprocess.run(
            [sys.executable, "-m", "generator", "generate", folder],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
            preexec_fn=limit,
        )
    assert (done.returncode in {0, 1}, done.stderr) == (True, b""), piece


# Structures


def _dumped(data: Any) -> bytes:
    return dump(data).encode()


@_fuzzed
@given(structures(Kind.DOMAIN), structures(Kind.TEAM))
def test_any_structure_that_the_schema_accepts(spec: Any, team: Any) -> None:
    _generate({"domain.yaml": _dumped(spec), "teams/a.yaml": _dumped(team)})


_DATA = [yaml.safe_load(text) for text in _TEXTS]


@_fuzzed
@given(
    st.sampled_from([data for data in _DATA if "domain" in data]).flatmap(mutated).flatmap(mutated)
)
def test_any_part_of_an_example_exchanged(data: Any) -> None:
    _generate({"domain.yaml": _dumped(data)})


@pytest.mark.terraform
def test_terraform_reads_what_was_generated(terraform: Terraform, tmp_path: Path) -> None:
    accepted: dict[str, Domain] = {}
    example = st.sampled_from([data for data in _DATA if "domain" in data])

    @settings(_fuzzed, database=None, phases=[Phase.generate])
    @given(st.one_of(specs(), structures(Kind.DOMAIN), example.flatmap(mutated)).map(_dumped))
    def collect(raw: bytes) -> None:
        domain = _generate({"domain.yaml": raw})
        if domain:
            accepted.setdefault(repr(domain), domain)

    collect()
    domains = [*accepted.values()]
    assert domains
    for number, start in enumerate(range(0, len(domains), _BATCH)):
        batch = {f"d{n}": domain for n, domain in enumerate(domains[start : start + _BATCH])}
        files = {name: as_module(domain) for name, domain in batch.items()}
        shown = plan_of_modules(terraform, tmp_path / f"batch-{number}", files)
        for name, domain in batch.items():
            assert_plan_shows(domain, shown, name)


# What is committed

_COMMITTED = [path.read_bytes() for path in sorted(EXAMPLES.glob("*/terraform/*.tf"))]
_HEADERS = [raw.partition(b"\n")[0] + b"\n" for raw in _COMMITTED[:1]] + [
    b"",
    b"\xef\xbb\xbf",
    b"# G",
]
_names = st.sampled_from(
    (
        *(
            "domain.tf",
            "repositories.tf",
            "removed.tf",
            "permissions.tf",
            "x.tf",
            "backend.tf.json",
        ),
        *(".tf", "notes.md", ".domain.tf.0123abcd.codeartifact-tf.tmp", "é.tf", "a b.tf", "x\n.tf"),
    )
)


@st.composite
def _committed(draw: DrawFn) -> bytes:
    raw = draw(st.sampled_from(_HEADERS)) + draw(st.sampled_from(_COMMITTED) | st.binary())
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.sampled_from(_TOKENS) | st.binary(max_size=4)) + raw[at + 1 :]
    return raw


_KINDS = ("file", "file", "file", "file", "folder", "link", "dangling", "pipe")


def _make(path: Path, kind: str, raw: bytes) -> None:
    match kind:
        case "file":
            path.write_bytes(raw)
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to("../domain.yaml")
        case "dangling":
            path.symlink_to("nothing")
        case "pipe":
            os.mkfifo(path)


@_fuzzed
@given(st.dictionaries(_names, st.tuples(st.sampled_from(_KINDS), _committed()), max_size=6))
def test_any_files_in_the_output_folder(entries: Mapping[str, tuple[str, bytes]]) -> None:
    mark = _HEADERS[0].partition(b":")[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = (EXAMPLES / "quick-start" / "domain.yaml").read_bytes()
        _write(folder, {"domain.yaml": spec})
        (folder / "terraform").mkdir()
        for entry, (kind, raw) in entries.items():
            _make(folder / "terraform" / entry, kind, raw)
        check = _run("check", name)
        ran = _run("generate", name)
        assert (check.code in {0, 1}, ran.code in {0, 1}) == (True, True), check.err + ran.err
        assert check.err == ran.err == ""
        assert (folder / "domain.yaml").read_bytes() == spec
        for entry, (kind, raw) in entries.items():
            path = folder / "terraform" / entry
            ours = raw.removeprefix(b"\xef\xbb\xbf").startswith(mark + b":")
            if entry.endswith(".tmp") or (kind == "file" and ours and entry.endswith((".tf", "n"))):
                continue
            assert path.is_symlink() == (kind in {"link", "dangling"})
            assert path.is_dir() == (kind == "folder")
            assert kind != "file" or path.read_bytes() == raw
        if ran.code == 0:
            assert _run("check", name).code == 0
            good = EXAMPLES / "quick-start" / "terraform"
            for path in good.iterdir():
                assert (folder / "terraform" / path.name).read_bytes() == path.read_bytes()
