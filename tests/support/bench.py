"""Times the commands beside `terraform fmt -check` and `terraform validate` on the same files.

Run by `make bench`; prints the page docs/performance.md, and `--write` writes it. All commands take
turns in each run, and figures are medians: a ratio within one run holds on other machines, a
time does not, so no test asserts one.
"""

import argparse
import copy
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = _ROOT / "docs" / "performance.md"
_QUOTA = 1000  # repositories of one domain, AWS's quota
_TOOL = (sys.executable, "-m", "codeartifact_tf")
_FMT, _VALIDATE = "`terraform fmt -check`", "`terraform validate`"


# What is measured


def domain(index: int, size: int) -> dict[str, Any]:
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
    for index in range(max(1, size // _QUOTA)):
        spec = folder / f"domain-{index}" / "domain.yaml"
        spec.parent.mkdir(parents=True)
        spec.write_text(yaml.safe_dump(domain(index, min(size, _QUOTA)), sort_keys=False))


class Bench:
    """The specs of one size in a folder, and what is done to them between measurements."""

    def __init__(self, folder: Path, size: int) -> None:
        write(folder / "specs", size)
        self.size = size
        self.specs = folder / "specs"
        self.cache = folder / "cache"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "CODEARTIFACT_TF_NO_CACHE"},
            "XDG_CACHE_HOME": str(self.cache),
            "CHECKPOINT_DISABLE": "1",
            "PYTHONPATH": str(_ROOT / "generator"),
        }
        self.changes = 0

    def clear(self) -> None:
        """No generated file, nothing remembered."""
        shutil.rmtree(self.cache, ignore_errors=True)
        for generated in self.specs.glob("*/terraform/*.tf"):
            generated.unlink()

    def change(self) -> None:
        """Another description of one repository."""
        path = self.specs / "domain-0" / "domain.yaml"
        self.changes += 1
        old = next(line for line in path.read_text().splitlines() if "description" in line)
        path.write_text(path.read_text().replace(old, f"    description: Text {self.changes}", 1))

    def folders(self) -> list[Path]:
        """Where the Terraform is."""
        return sorted(self.specs.glob("*/terraform"))

    def initialise(self) -> bool:
        """`terraform init`; False where there is no provider."""
        mirror = os.environ.get("TERRAFORM_PLUGIN_DIR")
        options = ["-backend=false", "-input=false", *([f"-plugin-dir={mirror}"] if mirror else [])]
        return all(
            subprocess.run(
                ["terraform", f"-chdir={folder}", "init", *options],
                env=self.environment,
                capture_output=True,
                check=False,
            ).returncode
            == 0
            for folder in self.folders()
        )


# How it is measured


class Cost(NamedTuple):
    """Seconds on the clock, and the megabytes of the largest process."""

    seconds: float
    megabytes: float


# A process of its own: what it starts inherits the peak memory of whoever starts it.
_METER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ,
    file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
# Linux counts kilobytes, macOS bytes.
print(seconds, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 ** 2))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measure(command: tuple[str, ...], environment: Mapping[str, str] | None = None) -> Cost:
    """What one run of a command costs, which must succeed."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _METER, *command],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr}")
    return Cost(*map(float, done.stdout.split()))


def _sum(costs: list[Cost]) -> Cost:
    """One command after the other."""
    return Cost(sum(c.seconds for c in costs), max(c.megabytes for c in costs))


def _median(costs: list[Cost]) -> Cost:
    seconds, megabytes = zip(*costs, strict=True)
    return Cost(statistics.median(seconds), statistics.median(megabytes))


def costs_of(bench: Bench, runs: int) -> dict[str, Cost]:
    """The median cost of each command."""
    specs = str(bench.specs)

    def tool(*arguments: str, before: Callable[[], None] = lambda: None) -> Callable[[], Cost]:
        def run() -> Cost:
            before()
            return measure((*_TOOL, *arguments), bench.environment)

        return run

    def terraform(*arguments: str) -> Cost:
        return measure(("terraform", *arguments), bench.environment)

    commands: dict[str, Callable[[], Cost]] = {
        "`generate`, from nothing": tool("generate", specs, before=bench.clear),
        "`generate`, nothing to do": tool("generate", specs),
        "`generate`, one repository changed": tool("generate", specs, before=bench.change),
        "`check`": tool("check", specs),
        "`check --no-cache`": tool("check", "--no-cache", specs),
        "`lint`": tool("lint", specs),
        "`explain`": tool("explain", specs, "division-0"),
    }
    if shutil.which("terraform"):
        commands[_FMT] = lambda: terraform("fmt", "-check", "-recursive", specs)
    found = {
        name: [cost] for name, cost in ((name, run()) for name, run in commands.items())
    }  # the first round, which also leaves files for what follows
    for _ in range(runs - 1):
        for name, run in commands.items():
            found[name].append(run())
    if _FMT in commands and bench.initialise():
        found[_VALIDATE] = [
            _sum([terraform(f"-chdir={folder}", "validate") for folder in bench.folders()])
            for _ in range(runs if bench.size <= _QUOTA else 1)
        ]
    return {name: _median(costs) for name, costs in found.items()}


# Where the time goes

_STAGES = {  # a stage, and the functions of the pipeline that are it
    "YAML": ("codeartifact_tf.spec.yaml_reader:read",),
    "schema": ("codeartifact_tf.spec.schema:check",),
    "build": ("codeartifact_tf.spec.loader:build",),
    "rules": ("codeartifact_tf.rules:check",),
    "render": ("codeartifact_tf.terraform.render:render",),
    "read back": ("codeartifact_tf.terraform.roundtrip:verify",),
    "what is remembered": (
        "codeartifact_tf.files.proof_cache:Proofs.hold",
        "codeartifact_tf.files.proof_cache:Proofs.keep",
    ),
    "compare": ("codeartifact_tf.files.output:plan",),
    "disk": ("codeartifact_tf.files.output:write",),
}


def stages(arguments: list[str]) -> dict[str, float]:
    """Run a command in this process, with a clock around each stage; what is nested counts once."""
    import pkgutil

    from codeartifact_tf.commands.command_line import main

    spent = dict.fromkeys(_STAGES, 0.0)
    inner = [0.0]

    def clocked(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*positional: Any, **named: Any) -> Any:
            inner.append(0.0)
            start = time.perf_counter()
            try:
                return function(*positional, **named)
            finally:
                whole = time.perf_counter() - start
                spent[stage] += whole - inner.pop()
                inner[-1] += whole

        return run

    for stage, names in _STAGES.items():
        for name in names:
            holder, _, attribute = name.replace(":", ".").rpartition(".")
            owner = pkgutil.resolve_name(holder)
            setattr(owner, attribute, clocked(stage, getattr(owner, attribute)))
    with redirect_stdout(StringIO()):
        main(arguments)
    return spent


def stages_of(bench: Bench, runs: int) -> Iterator[tuple[str, dict[str, float]]]:
    """The milliseconds of each stage, and of all the rest, for each of some commands."""
    commands: dict[str, tuple[str, Callable[[], None]]] = {
        "`generate`, from nothing": ("generate", bench.clear),
        "`check`": ("check", lambda: None),
    }
    for name, (command, before) in commands.items():
        found = []
        for _ in range(runs):
            before()
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, __file__, "--stages", command, str(bench.specs)],
                env=bench.environment,
                capture_output=True,
                check=True,
            )
            whole = time.perf_counter() - start
            spent = json.loads(done.stdout)
            found.append({**spent, "start-up, imports, report": whole - sum(spent.values())})
        yield name, {s: statistics.median(f[s] for f in found) * 1000 for s in found[0]}


def start_up(runs: int) -> dict[str, Cost]:
    """What the shortest commands cost, and what to compare them with."""
    quick_start = str(_ROOT / "examples" / "quick-start")
    commands = {
        "`python -c pass`": (sys.executable, "-c", "pass"),
        "`--version`": (*_SCRIPT, "--version"),
        "`--help`": (*_SCRIPT, "--help"),
        "a process that imports yaml, jinja2, jsonschema, hcl2": (
            sys.executable,
            "-c",
            "import yaml, jinja2, jsonschema, hcl2",
        ),
        "`check` of the quick start": (*_SCRIPT, "check", quick_start),
        "`check --no-cache` of the quick start": (*_SCRIPT, "check", "--no-cache", quick_start),
    }
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        for _ in range(runs):
            for name, command in commands.items():
                found[name].append(measure(command, environment))
    return {name: _median(costs) for name, costs in found.items()}


def reviews(size: int, runs: int) -> dict[str, Cost]:
    """A review of a change of three tenths of a domain, and `lint` of both versions."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        old = domain(0, size)
        new = copy.deepcopy(old)
        for name, repository in list(new["repositories"].items())[-size * 3 // 10 :]:
            repository["upstreams"].reverse()
            assert new["repositories"][name] != old["repositories"][name]
        for side, data in (("old", old), ("new", new)):
            (home / side).mkdir()
            (home / side / "domain.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
        shutil.copytree(home / "old", home / "git")
        for arguments in (["init", "-q"], ["add", "-A"], [*_AS_NOBODY, "commit", "-q", "-m", "x"]):
            subprocess.run(["git", "-C", str(home / "git"), *arguments], check=True)
        shutil.copy(home / "new" / "domain.yaml", home / "git")
        environment = {
            **{k: v for k, v in os.environ.items() if k != "CODEARTIFACT_TF_NO_CACHE"},
            "XDG_CACHE_HOME": str(home / "cache"),
        }
        commands = {
            "`review OLD NEW`": ("review", str(home / "old"), str(home / "new")),
            "`review --against HEAD`": ("review", "--against", "HEAD", str(home / "git")),
        }
        # Each on its own: two specs of one domain in a run are held against each other.
        both = [(*_TOOL, "lint", str(home / side)) for side in ("old", "new")]
        found: dict[str, list[Cost]] = {_LINT_OF_BOTH: [], **{name: [] for name in commands}}
        for _ in range(runs):
            found[_LINT_OF_BOTH].append(_sum([measure(each, environment) for each in both]))
            for name, command in commands.items():
                found[name].append(measure((*_TOOL, *command), environment))
    return {name: _median(costs) for name, costs in found.items()}


_LINT_OF_BOTH = "`lint OLD` and `lint NEW`"
_AS_NOBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
_SCRIPT = (str(Path(sys.executable).with_name("codeartifact-tf")),)


# The page


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _ratio(cost: Cost, other: Cost | None) -> str:
    return f"{cost.seconds / other.seconds:.2f}" if other else "-"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = "no Terraform"
    if shutil.which("terraform"):
        done = subprocess.run(["terraform", "version", "-json"], capture_output=True, check=True)
        version = f"Terraform {json.loads(done.stdout)['terraform_version']}"
    system = f"{platform.system()} {platform.machine()}"
    return (
        f"{system}, {cores} cores, {memory:.0f} GB, Python {platform.python_version()}, {version}"
    )


def page(sizes: list[int], runs: int, command: str) -> str:
    """Everything, as docs/performance.md has it."""
    tables, shares, by_size = [], "", {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder), size)
            costs = by_size[size] = costs_of(bench, runs)
            if size == min(_QUOTA, max(sizes)):
                shares = _shares(dict(stages_of(bench, runs)))
        fmt, validate = costs.get(_FMT), costs.get(_VALIDATE)
        tables += [
            (
                f"{size:,}",
                name,
                f"{cost.seconds:.2f}",
                f"{cost.seconds * 1000 / size:.2f}",
                _ratio(cost, fmt),
                _ratio(cost, validate),
                f"{cost.megabytes:.0f}",
            )
            for name, cost in costs.items()
        ]
    first, *rest = start_up(runs * 3).items()
    bare = rest[2][1]
    starts = [
        (name, f"{cost.seconds * 1000:.0f}", _ratio(cost, first[1]), _ratio(cost, bare))
        for name, cost in (first, *rest)
    ]
    size = min(_QUOTA, max(sizes))
    reviewed = reviews(size, runs)
    lint = reviewed[_LINT_OF_BOTH]
    review = [
        (name, f"{cost.seconds:.2f}", _ratio(cost, lint), f"{cost.megabytes:.0f}")
        for name, cost in reviewed.items()
    ]
    head = (
        "repositories",
        "command",
        "seconds",
        "ms per repository",
        "to `fmt`",
        "to `validate`",
        "MB",
    )
    return f"""\
# Performance

Written by `{command}` on {_machine()}.

Figures are medians of {runs} runs in which all commands took turns; the ratios, to `terraform fmt
-check` and `terraform validate` of the same files, say more than the times. Domains have at most
{_QUOTA:,} repositories, AWS's quota, in three levels, with stores, tags and descriptions. MB is the
peak of the largest process. `validate` ran once for each of several domains; where there is no
provider it is missing.

{_table(head, tables)}
## Stages

Of {size:,} repositories, in milliseconds and as a share of the whole run.

{shares}
## Review

Of a change of {size * 3 // 10:,} of {size:,} repositories.

{_table(("command", "seconds", "to `lint`", "MB"), review)}
## Start-up

{_table(("command", "ms", "to `python -c pass`", "to the imports"), starts)}
The first run after an install also compiles python-hcl2's grammar, which takes a second or two;
python-hcl2 keeps the result beside itself, where it may write.
"""


def _shares(found: Mapping[str, Mapping[str, float]]) -> str:
    rows = [
        (
            stage,
            *(
                f"{spent[stage]:.0f} ({spent[stage] / sum(spent.values()):.0%})"
                for spent in found.values()
            ),
        )
        for stage in next(iter(found.values()))
    ]
    return _table(("stage", *found), rows)


def main() -> None:
    """Print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10, 100, 1000, 10000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    arguments = parser.parse_args()
    command = f'make bench BENCH="{" ".join(sys.argv[1:])}"'
    text = page(arguments.sizes, arguments.runs, command)
    print(text)  # noqa: T201
    if arguments.write:
        _PAGE.write_text(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stages"]:
        json.dump(stages(sys.argv[2:]), sys.stdout)
    else:
        main()
