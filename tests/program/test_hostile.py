"""Input of a megabyte that is made to be slow or large: findings, in bounds, never a traceback.

The bounds are generous and there against hangs; how fast things are is for `make bench` to say.
"""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT
from tests.support.bounds import HANG, limit

HEAD = "domain: {name: acme, region: eu-west-1}\n"
QUOTAS = 'rules: {repository-quota: "off", searched-count: "off"}\n'


def _repositories(lines: list[str]) -> str:
    return f"{HEAD}{QUOTAS}repositories:\n" + "".join(lines)


CASES: dict[str, Callable[[], str]] = {
    "a chain": lambda: _repositories(
        [f"  r{n:05}: {{upstreams: [r{n + 1:05}]}}\n" for n in range(20_000)] + ["  r20000:\n"]
    ),
    "cycles that share a repository": lambda: _repositories(
        [f"  r{n:05}: {{upstreams: [r{n + 1:05}, r00000]}}\n" for n in range(20_000)]
    ),
    "misspelt upstreams": lambda: _repositories(
        [f"  repository-{n:05}: {{upstreams: [repostory-x{n:05}]}}\n" for n in range(9_000)]
    ),
    "spaces in a version": lambda: HEAD + f'terraform: {{required_version: "<{" " * 900_000}x"}}\n',
    "ignore comments": lambda: (
        HEAD + "# codeartifact-tf: ignore[unknown-region] y\n" * 22_000 + "repositories: {}\n"
    ),
    "faults in one line": lambda: f"{{domain: {{}}, {', '.join(['a: 1'] * 100_000)}}}",
    "lines of one key": lambda: "a:\n" * 300_000,
    "brackets": lambda: "[" * 1_000_000,
    "unknown keys": lambda: HEAD + "".join(f"repository{n}: 1\n" for n in range(50_000)),
    "one long text": lambda: HEAD + f"repositories: {{aa: {{description: {'x' * 1_000_000}}}}}\n",
    "tags": lambda: (
        HEAD + "defaults: {tags: {" + ", ".join(f"k{n}: v" for n in range(90_000)) + "}}\n"
    ),
    "assertions about everything": lambda: (
        _repositories(
            [f"  r{n:05}: {{upstreams: [r{n + 1:05}]}}\n" for n in range(5_000)]
            + [f"  t{n:05}:\n" for n in range(5_000)]
            + ["  r05000: {upstreams: [" + ", ".join(f"t{n:05}" for n in range(5_000)) + "]}\n"]
        )
        + "assertions:\n"
        + "  - {repositories: r*, must_not_reach: t*, only_reach: r*, must_reach: [t*, x*]}\n" * 3
    ),
    "internal packages and stores": lambda: (
        _repositories(
            [f"  r{n:05}: {{upstreams: [r{n + 1:05}]}}\n" for n in range(3_500)]
            + [f"  t{n:05}: {{external_connection: public:npmjs}}\n" for n in range(3_500)]
            + ["  r03500: {upstreams: [" + ", ".join(f"t{n:05}" for n in range(3_500)) + "]}\n"]
        )
        + "internal_packages:\n"
        + "".join(f'  - {{format: npm, pattern: "@a{n}/*"}}\n' for n in range(15_000))
    ),
    "internal packages and groups": lambda: (
        _repositories(["  shared: {upstreams: [public:npmjs]}\n"])
        + "internal_packages:\n  - {format: npm, pattern: acme-*}\n"
        + "".join(f"  - {{format: npm, pattern: acme-a{n}}}\n" for n in range(9_000))
        + "package_groups:\n  /*: {external_upstream: INHERIT}\n"
        + "".join(f"  /npm//acme-a{n}~: {{external_upstream: ALLOW}}\n" for n in range(9_000))
    ),
    "groups of everything": lambda: (
        _repositories([f"  r{n:05}:\n" for n in range(9_000)])
        + "package_groups:\n  /*: {external_upstream: INHERIT}\n"
        + "".join(f"  /npm//a{n}~: {{publish: [r*, '*']}}\n" for n in range(9_000))
    ),
    "one anchor for everything": lambda: (
        "x-t: &t {"
        + ", ".join(f"k{n}: v" for n in range(10))
        + "}\n"
        + _repositories([f"  repository-{n:05}: {{tags: *t}}\n" for n in range(9_500)])
    ),
}


def _run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """The program within the bounds."""
    return subprocess.run(
        [sys.executable, "-m", "codeartifact_tf", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
        preexec_fn=limit,
    )


def test_what_takes_more_of_the_processor_than_its_bound_is_ended() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "while True: pass"],
        timeout=HANG,
        check=False,
        preexec_fn=lambda: limit(1),
    )
    assert done.returncode == -signal.SIGXCPU


@pytest.mark.parametrize("name", CASES)
def test_a_megabyte_is_read_in_bounded_processor_time_and_memory(name: str, tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    spec.write_text(CASES[name]())
    done = _run("lint", spec)
    assert done.stderr == ""
    assert done.returncode in {0, 1}
    expected = 0 if name in {"a chain", "one anchor for everything"} else 1
    if name == "ignore comments":  # they are only warned of
        expected = 0
    assert done.returncode == expected


def test_explain_of_a_chain_is_linear(tmp_path: Path) -> None:
    spec = tmp_path / "domain.yaml"
    spec.write_text(CASES["a chain"]())
    done = _run("explain", spec, "r00000")
    assert done.returncode == 0
    assert len(done.stdout) < 20_000_000
    assert "more) → " in done.stdout


# In the output folder

_OWN_LINES = (EXAMPLES / "company/terraform/repositories.tf").read_text().splitlines(keepends=True)


def _lines_of_ours(seed: int) -> str:
    """Lines of the generated file in any order, again and again."""
    shuffled = random.Random(seed).choices(_OWN_LINES, k=1_000_000 // 30)
    return "".join(shuffled)[:1_000_000]


COMMITTED: dict[str, Callable[[], bytes]] = {
    "blank lines": lambda: b"\n" * 1_000_000,
    "one line": lambda: b"x" * 1_000_000,
    "a closing brace": lambda: b"  }\n" * 250_000,
    "carriage returns": lambda: b"\r" * 1_000_000,
    "bytes": lambda: random.Random(1).randbytes(1_000_000),
    "lines of ours": lambda: _lines_of_ours(1).encode(),
    "our file backwards": lambda: "".join(_OWN_LINES[:0:-1] * 20).encode(),
}


@pytest.mark.parametrize("name", COMMITTED)
def test_a_megabyte_of_ours_that_is_stale_is_shown_and_replaced(name: str, tmp_path: Path) -> None:
    example = Path(shutil.copytree(EXAMPLES / "company", tmp_path / "company"))
    committed = example / "terraform" / "repositories.tf"
    good = committed.read_bytes()
    committed.write_bytes(good.partition(b"\n")[0] + b"\n" + COMMITTED[name]())
    done = _run("check", example)
    assert (done.returncode, done.stderr) == (1, "")
    assert "repositories.tf:1:1: error[stale-file]" in done.stdout
    assert _run("generate", example).returncode == 0
    assert committed.read_bytes() == good
