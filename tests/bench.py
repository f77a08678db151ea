"""Times the commands beside `terraform fmt -check` and `terraform validate` on the same files.

Run by `make bench`; prints one table. Figures are medians; a ratio holds on other machines, a time
does not, so no test asserts one.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

_REPOSITORIES = 1000  # of one domain, AWS's quota


def domain(index: int, size: int) -> dict[str, object]:
    """A realistic domain: stores, a shared repository, divisions, teams."""
    repositories: dict[str, object] = {
        "shared": {
            "description": "What every team may use",
            "upstreams": ["public:npmjs", "public:pypi", "public:maven-central"],
        }
    }
    divisions = max(1, size // 50)
    for number in range(divisions):
        repositories[f"division-{number}"] = {
            "upstreams": ["shared"],
            "tags": {"level": "division"},
        }
    for number in range(max(0, size - divisions - 4)):
        repositories[f"team-{number}"] = {
            "description": f"Packages of team {number}, reviewed by its lead",
            "upstreams": [f"division-{number % divisions}", "public:npmjs"],
            "tags": {"team": f"team-{number}", "cost-center": str(4000 + number % 97)},
        }
    return {
        "domain": {"name": f"acme-{index}", "region": "eu-west-1", "tags": {"owner": "platform"}},
        "defaults": {"tags": {"managed-by": "codeartifact-tf"}},
        "repositories": repositories,
    }


def write(folder: Path, size: int) -> None:
    """Specs with `size` repositories in all, a domain for each thousand."""
    for index in range(max(1, size // _REPOSITORIES)):
        spec = folder / f"domain-{index}" / "domain.yaml"
        spec.parent.mkdir(parents=True)
        spec.write_text(yaml.safe_dump(domain(index, min(size, _REPOSITORIES)), sort_keys=False))


def timed(command: list[str], before: Callable[[], None] = lambda: None) -> float:
    """Seconds of one run of a command that must succeed."""
    before()
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def measure(folder: Path, size: int, runs: int) -> Iterator[tuple[str, float]]:
    """Name and median seconds of each command, in turn in each run."""
    tool = [sys.executable, "-m", "generator"]

    def clear() -> None:
        for generated in folder.glob("*/terraform"):
            shutil.rmtree(generated)

    commands: dict[str, tuple[list[str], Callable[[], None]]] = {
        "generate, from nothing": ([*tool, "generate", str(folder)], clear),
        "generate, nothing to do": ([*tool, "generate", str(folder)], lambda: None),
        "check": ([*tool, "check", str(folder)], lambda: None),
        "lint": ([*tool, "lint", str(folder)], lambda: None),
    }
    if shutil.which("terraform"):
        fmt = ["terraform", "fmt", "-check", "-recursive", str(folder)]
        commands["terraform fmt -check"] = (fmt, lambda: None)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, before) in commands.items():
            times[name].append(timed(command, before))
    return ((name, statistics.median(found)) for name, found in times.items())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10, 100, 1000])
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{'repositories':>12}  {'command':<24}  {'seconds':>7}  {'ratio to fmt':>12}")  # noqa: T201
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), size)
            found = dict(measure(Path(folder), size, arguments.runs))
        fmt = found.get("terraform fmt -check")
        for name, seconds in found.items():
            ratio = f"{seconds / fmt:.1f}" if fmt else "-"
            print(f"{size:>12}  {name:<24}  {seconds:>7.2f}  {ratio:>12}")  # noqa: T201


if __name__ == "__main__":
    main()
