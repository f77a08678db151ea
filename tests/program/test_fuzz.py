"""Whatever is in the files, there are findings, or Terraform that three parsers read as one domain.

A little of it in every run of the tests, as much as one likes with `make fuzz`, in rounds:
Hypothesis keeps all that it drew, some 200 KB for each structure, until a test ends.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from jsonschema import Draft202012Validator

from codeartifact_tf import pipeline
from codeartifact_tf.commands.command_line import main
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.files.paths import SCHEMAS
from codeartifact_tf.spec.schema import Kind
from codeartifact_tf.terraform.configuration import Configuration, Deployment
from codeartifact_tf.terraform.read import read
from tests.conftest import EXAMPLES, ROOT, Ran, Terraform
from tests.support.amounts import FUZZED
from tests.support.bounds import HANG, limit
from tests.support.from_schema import exchanged, mutated, repeated, structures
from tests.support.judges import assert_plan_shows, assert_tfparse_reads, plan_of_modules
from tests.support.plans import as_module
from tests.support.strategies import dump, specs

_ROUND = 250
_ROUNDS = -(-FUZZED // _ROUND)
_TFPARSED = 500
_BATCH = 40
_MEGABYTE = 1_000_000
HEAD = "domain: {name: acme, region: eu-west-1}\n"

Files = Mapping[str, bytes]


def _some(share: int = 1, least: int = 1) -> settings:
    """So many examples, of which the first one is always the simplest."""
    count = max(least, min(FUZZED, _ROUND) // share)
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


def _assert_reads(domain: Domain, configuration: dict[str, Any], folder: Path) -> None:
    assert_tfparse_reads(Deployment(domain, Configuration(**configuration)), folder)


class Judge:
    """tfparse in another process: it leaks some 40 KB with each folder."""

    def __init__(self) -> None:
        self._count = 0
        self._pool: ProcessPoolExecutor | None = None

    def assert_reads(self, some: Deployment, folder: Path) -> None:
        if self._count % _TFPARSED == 0:
            self.close()
        self._count += 1
        self._pool = self._pool or ProcessPoolExecutor(1, get_context("spawn"))
        configuration = {
            field.name: getattr(some.configuration, field.name) for field in fields(Configuration)
        }
        for name in ("repositories", "package_groups"):
            configuration[name] = dict(configuration[name])  # a view cannot be pickled
        self._pool.submit(_assert_reads, some.domain, configuration, folder).result()

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown()
        self._pool = None


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge()
    yield judge
    judge.close()


class Round:
    """One round of one test: what became of the inputs."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.counts: Counter[str] = Counter()

    def generate(self, files: Files, format_: str = "json") -> Deployment | None:
        """The domain that was generated from files, or None where there were findings instead."""
        with tempfile.TemporaryDirectory() as home:
            folder = Path(home, "one", "two")  # so that `../..` finds nothing of others
            _write(folder, files)
            domain = self._generate(folder, format_)
        self.counts["inputs refused with findings" if domain is None else "inputs generated"] += 1
        return domain

    def _generate(self, folder: Path, format_: str) -> Deployment | None:
        ran = _run("generate", folder, "--format", format_)
        assert ran.err == ""
        if format_ in {"json", "sarif"}:
            json.loads(ran.out)
        if ran.code:
            assert ran.out
            assert ran.code == (2 if "file-unreadable" in ran.out else 1)
            assert not (folder / "terraform").exists()
            return None
        assert _run("check", folder).code == 0
        spec = pipeline.lint(folder / "domain.yaml").spec
        assert spec
        texts = {path.name: path.read_text("utf-8") for path in (folder / "terraform").iterdir()}
        assert read(texts) == spec.deployment
        self.judge.assert_reads(spec.deployment, folder / "terraform")
        return spec.deployment


@pytest.fixture(params=range(_ROUNDS), ids=lambda number: f"round-{number}")
def round_(judge: Judge, request: pytest.FixtureRequest) -> Iterator[Round]:
    round_ = Round(judge)
    yield round_
    request.node.user_properties += round_.counts.items()


def _run(*arguments: str | Path) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*map(str, arguments)])
    return Ran(code, out.getvalue(), err.getvalue())


def _write(folder: Path, files: Files) -> None:
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)


# Bytes

_EVERY_KEY = ROOT / "tests" / "spec" / "valid" / "every-key.yaml"
_TEXTS = [path.read_bytes() for path in [*sorted(EXAMPLES.rglob("*.yaml")), _EVERY_KEY]]
_TOKENS = (
    *(b"\n", b"  ", b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b",", b'"', b"'", b"|\n", b">-\n"),
    *(b"&a ", b"*a", b"<<: ", b"!!str ", b"!x ", b"%YAML 1.1\n", b"---\n", b"...\n", b"#", b"\t"),
    *(b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\x80", b"\xed\xa0\x80", b"\xe2\x80"),
    *(b"null", b"~", b"true", b"1e9", b"0x1", b"a: ", b"x-a: ", b"domain: ", b"repositories: "),
    *(b"upstreams: ", b"include: ", b"**/../", b"removed: ", b"# codeartifact-tf: ignore[a] b\n"),
    *(b'"\\ud800"', b'"\\U0001F600"', b'"\\x00"', b"${", b"%{", b"x" * 300),
)  # fmt: skip


@st.composite
def _edited(draw: DrawFn, texts: list[bytes], most: int = 5) -> bytes:
    """A text with some of its bytes taken out or exchanged."""
    raw = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, len(raw)))
        end = start + draw(st.sampled_from((0, 0, 1, 2, 10, 100)))
        raw = raw[:start] + draw(st.sampled_from(_TOKENS) | st.binary(max_size=4)) + raw[end:]
    return raw


_bytes = st.one_of(
    st.binary(), st.lists(st.sampled_from(_TOKENS), max_size=30).map(b"".join), _edited(_TEXTS)
)


@_some()
@given(_bytes, st.sampled_from(("text", "json", "github", "sarif")))
def test_any_bytes_as_spec(round_: Round, raw: bytes, format_: str) -> None:
    round_.generate({"domain.yaml": raw}, format_)


@_some()
@given(_bytes)
def test_any_bytes_as_team_file(round_: Round, raw: bytes) -> None:
    round_.generate({"domain.yaml": HEAD.encode() + b"include: [team.yaml]\n", "team.yaml": raw})


# Structures


def _dumped(data: Any) -> bytes:
    return dump(data).encode()


def _both_dumped(versions: tuple[Any, Any]) -> tuple[bytes, bytes]:
    return _dumped(versions[0]), _dumped(versions[1])


_DATA = [data for data in map(yaml.safe_load, _TEXTS) if "domain" in data]
_examples = st.sampled_from(_DATA)


@_some()
@given(structures(Kind.DOMAIN), structures(Kind.TEAM))
def test_any_structure_that_the_schema_accepts(round_: Round, spec: Any, team: Any) -> None:
    round_.generate({"domain.yaml": _dumped(spec), "teams/a.yaml": _dumped(team)})


@_some()
@given(_examples.flatmap(mutated).flatmap(mutated))
def test_any_part_of_an_example_exchanged(round_: Round, data: Any) -> None:
    round_.generate({"domain.yaml": _dumped(data)})


@pytest.mark.parametrize("other", [None, True, 1, "", "x", [], ["x"], {}, {"x": "y"}], ids=repr)
def test_another_kind_of_value_of_each_key(other: object, tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    variants = [*exchanged(yaml.safe_load(_EVERY_KEY.read_bytes()), other)]
    assert len(variants) > 50
    for data in variants:
        spec.write_bytes(_dumped(data))
        ran = _run("lint", spec)
        assert (ran.code in {0, 1}, ran.err) == (True, ""), data


_data = structures(Kind.DOMAIN) | _examples
_REVIEW = Draft202012Validator(json.loads((SCHEMAS / "review.schema.json").read_text("utf-8")))


@_some(share=2)
@given(
    _data.flatmap(lambda old: st.tuples(st.just(old), mutated(old) | _data).map(_both_dumped))
    | st.tuples(_bytes, _data.map(_dumped)),
    st.sampled_from(("text", "json", "github", "sarif", "markdown", "shell")),
)
def test_any_two_versions_reviewed(
    round_: Round, versions: tuple[bytes, bytes], format_: str
) -> None:
    with tempfile.TemporaryDirectory() as home:
        old, new = Path(home, "old"), Path(home, "new")
        _write(old, {"domain.yaml": versions[0]})
        _write(new, {"domain.yaml": versions[1]})
        ran = _run("review", old, new, "--format", format_)
    assert ran.err == ""
    # An `include` can name what no system opens.
    assert ran.code in {0, 1} or (ran.code == 2 and "unreadable" in ran.out)
    if format_ in {"json", "sarif"}:
        document = json.loads(ran.out)
        assert format_ == "sarif" or [*_REVIEW.iter_errors(document)] == []
    round_.counts["changes reviewed"] += 1


@pytest.mark.terraform
def test_terraform_reads_what_was_generated(
    round_: Round, terraform: Terraform, tmp_path: Path
) -> None:
    accepted: dict[str, Deployment] = {}

    @settings(_some(), database=None, phases=[Phase.generate])
    @given(st.one_of(specs(), structures(Kind.DOMAIN), _examples.flatmap(mutated)).map(_dumped))
    def collect(raw: bytes) -> None:
        if domain := round_.generate({"domain.yaml": raw}):
            accepted[repr(domain)] = domain

    collect()
    domains = [*accepted.values()]
    assert domains
    for start in range(0, len(domains), _BATCH):
        batch = {f"d{n}": domain for n, domain in enumerate(domains[start : start + _BATCH])}
        files = {name: as_module(domain) for name, domain in batch.items()}
        shown = plan_of_modules(terraform, tmp_path / f"batch-{start}", files)
        for name, domain in batch.items():
            assert_plan_shows(domain, shown, name)
    round_.counts["different domains that Terraform planned too"] += len(domains)


# What is committed

_COMMITTED = [path.read_bytes() for path in sorted(EXAMPLES.glob("*/terraform/*.tf"))]
_MARK = _COMMITTED[0].partition(b":")[0] + b":"
_HEADERS = (_COMMITTED[0].partition(b"\n")[0] + b"\n", _MARK, b"", b"\xef\xbb\xbf", b"# G")
_OURS = ("domain.tf", "repositories.tf", "removed.tf", "permissions.tf", "x.tf", "é.tf", "x\n.tf")
_THEIRS = ("backend.tf.json", ".tf", "notes.md", ".domain.tf.0123abcd.codeartifact-tf.tmp")
_KINDS = ("file", "file", "file", "file", "folder", "link", "dangling", "pipe")

_committed = st.builds(
    lambda header, raw: header + raw,
    st.sampled_from(_HEADERS),
    _edited(_COMMITTED, 3) | st.binary(),
)


def _make(path: Path, kind: str, raw: bytes = b"") -> None:
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


def _is_kept(name: str, kind: str, raw: bytes) -> bool:
    """Whether this is somebody's: neither a generated file nor what a killed run left behind."""
    is_ours = raw.removeprefix(b"\xef\xbb\xbf").startswith(_MARK)
    return kind != "file" or not (
        name.endswith(".tmp") or (name.endswith((".tf", ".tf.json")) and is_ours)
    )


@_some()
@given(
    st.dictionaries(
        st.sampled_from((*_OURS, *_THEIRS)),
        st.tuples(st.sampled_from(_KINDS), _committed),
        max_size=6,
    )
)
def test_any_files_in_the_output_folder(
    round_: Round, entries: Mapping[str, tuple[str, bytes]]
) -> None:
    good = EXAMPLES / "quick-start"
    spec = (good / "domain.yaml").read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "terraform")
        _write(folder.parent, {"domain.yaml": spec})
        folder.mkdir()
        for entry, (kind, raw) in entries.items():
            _make(folder / entry, kind, raw)
        check = _run("check", name)
        ran = _run("generate", name)
        assert (check.code in {0, 1}, ran.code in {0, 1}) == (True, True)
        assert check.err == ran.err == ""
        assert (folder.parent / "domain.yaml").read_bytes() == spec
        for entry, (kind, raw) in entries.items():
            path = folder / entry
            if _is_kept(entry, kind, raw):
                assert path.is_symlink() == (kind in {"link", "dangling"})
                assert path.is_dir() == (kind == "folder")
                assert path.is_fifo() == (kind == "pipe")
                assert kind != "file" or path.read_bytes() == raw
        if ran.code == 0:
            assert _run("check", name).code == 0
            for path in (good / "terraform").iterdir():
                assert (folder / path.name).read_bytes() == path.read_bytes()
    round_.counts[f"output folders {'refused' if ran.code else 'brought up to date'}"] += 1


# What is remembered

_SPECS = [
    HEAD.encode() + b"repositories: {aa: {upstreams: [public:npmjs]}}\n",
    HEAD.encode() + b"repositories: {aa: {upstreams: [bb]}, bb: {description: x}}\n",
    HEAD.encode() + b"repositories: {aa: {upstreams: [bb]}}\n",
    HEAD.encode() + b"nonsense: 1\n",
]
_NAMES = st.one_of(
    st.sampled_from(("a", "..a", "é", "\n", "0" * 64, "f" * 63, "A" * 64, "x" * 200)),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
# Of each proof: whether it stays, and what is made, by what is done with its name.
_DAMAGES = (
    *(("", "keep"), ("", "remove"), ("", "folder"), ("", "link"), ("", "dangling"), ("", "pipe")),
    *(("0", "file"), (".tmp", "file")),
)
_FOLDERS = ("proofs", "proofs", "proofs", "file", "dangling", "pipe", "loop", "nothing")


def _damage(
    folder: Path, how: list[tuple[str, str]], more: Mapping[str, tuple[str, bytes]]
) -> None:
    for path, (suffix, kind) in zip(sorted(folder.iterdir()), how, strict=False):
        if kind != "keep" and not suffix:
            path.unlink()
        _make(path.with_name(path.name[len(suffix) :] + suffix), kind)
    for name, (kind, raw) in more.items():
        with suppress(FileExistsError):
            _make(folder / name, kind, raw)


def _exchange(folder: Path, kind: str) -> None:
    """Something else where the folder of proofs was."""
    if kind != "proofs":
        folder.rename(folder.with_name("elsewhere"))
        if kind == "loop":
            folder.symlink_to(folder)
        else:
            _make(folder, kind)


@_some(share=5)
@given(
    st.lists(st.sampled_from(_SPECS) | _edited(_SPECS), min_size=2, max_size=3),
    st.lists(st.sampled_from(_DAMAGES), max_size=6),
    st.dictionaries(_NAMES, st.tuples(st.sampled_from(_KINDS), st.binary(max_size=99)), max_size=4),
    st.sampled_from(_FOLDERS),
    _edited(_COMMITTED),
)
def test_any_content_of_the_cache(
    round_: Round,
    texts: list[bytes],
    damages: list[tuple[str, str]],
    more: Mapping[str, tuple[str, bytes]],
    exchanged: str,
    committed: bytes,
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.delenv("CODEARTIFACT_TF_NO_CACHE")
        patch.setenv("XDG_CACHE_HOME", f"{name}/cache")
        home = Path(name, "home")
        proofs = Path(name, "cache", "codeartifact-tf", "proofs")
        for number, text in enumerate(texts):
            _write(home, {"domain.yaml": text})
            _run("generate", home)
            if number == 0 and proofs.exists():
                _damage(proofs, damages, more)
                _exchange(proofs, exchanged)
            elif number == 0:
                proofs.mkdir(parents=True)
        (home / "terraform").mkdir(exist_ok=True)
        (home / "terraform" / "domain.tf").write_bytes(committed)
        for command in ("lint", "check", "generate", "check"):
            before = {path: path.read_bytes() for path in home.rglob("*.tf")}
            ran = _run(command, home)
            after = {path: path.read_bytes() for path in home.rglob("*.tf")}
            for path in after.keys() - before.keys():
                path.unlink()
            for path, raw in before.items():
                path.write_bytes(raw)
            assert ran == _run(command, home, "--no-cache")
            assert ran.code in {0, 1}
            assert ran.err == ""
            assert after == {path: path.read_bytes() for path in home.rglob("*.tf")}
    round_.counts["caches that changed no answer"] += 1


# A megabyte


_pieces = st.lists(st.sampled_from(_TOKENS) | st.binary(max_size=3), min_size=1, max_size=6)


@st.composite
def _large(draw: DrawFn) -> Files:
    """A spec of a megabyte, or a file of ours in the output folder."""
    kind = draw(st.sampled_from(("structure", "bytes", "committed")))
    if kind == "structure":
        data = draw(structures(Kind.DOMAIN) | _examples)
        data = draw(repeated(data, draw(st.sampled_from((1000, 10_000, 100_000)))))
        return {"domain.yaml": json.dumps(data, ensure_ascii=False).encode()[:_MEGABYTE]}
    if kind == "bytes":
        head = draw(st.sampled_from((b"", HEAD.encode(), HEAD.encode() + b"repositories:\n")))
        return {"domain.yaml": (head + _grown(b"".join(draw(_pieces))))}
    raw = draw(_edited(_COMMITTED) | _pieces.map(b"".join))
    return {"domain.yaml": _SPECS[0], "terraform/domain.tf": _HEADERS[0] + _grown(raw)}


def _grown(raw: bytes) -> bytes:
    return (raw or b"\n") * (_MEGABYTE // (len(raw) or 1))


@_some(share=50, least=3)
@given(_large())
def test_a_megabyte_of_anything(round_: Round, files: Files) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), files)
        for command in ("check", "generate"):
            done = subprocess.run(
                [sys.executable, "-m", "codeartifact_tf", command, folder],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=HANG,
                check=False,
                preexec_fn=limit,
            )
            assert (done.returncode in {0, 1}, done.stderr) == (True, b"")
    round_.counts["inputs of a megabyte within 2 GB and 60 s of the processor"] += 1
