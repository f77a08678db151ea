"""Runs many cases at once: each is a module of one Terraform root, in a domain of its own.

A Terraform command costs seconds whatever it has to do, and an apply goes on with what does not
depend on a failure; so one plan and one apply serve every case. What is done to each case:

1. the output for the old spec is applied;
2. *applied* cases get the output for the new spec: plan, apply, second plan, and what is measured;
   after that the first remedy that can still help, while
3. *spared* cases stay with the old output, and then go through a remedy instead of the apply;
4. in the end one plan for all of them must be empty.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeartifact_tf.domain.model import Domain, Policy, Repository
from codeartifact_tf.domain.policies import document
from codeartifact_tf.terraform.configuration import Deployment, Layout
from codeartifact_tf.terraform.render import render
from codeartifact_tf.transitions import (
    BY_KIND,
    UNCONFIRMED,
    Answer,
    Change,
    Lost,
    Outcome,
    Plan,
    Remedy,
    Row,
    Step,
    StepKind,
    When,
    changes,
    fill,
    placeholders,
)
from tests.conftest import Terraform
from tests.support.bounds import HANG
from tests.support.codeartifact_double import (
    DEFAULT_ACCOUNT,
    Double,
    Request,
    Switches,
    environment,
)
from tests.support.codeartifact_double.snapshot import PolicySnapshot
from tests.support.codeartifact_double.state import DomainKey, key_arn
from tests.support.deployments import changed
from tests.support.transitions.cases import OWNER, Case

_BIN = str(Path(sys.executable).parent)
_PACKAGE = {"format": "npm", "package": "left-pad", "versions": "1.3.0"}
_ACTIONS = {
    ("create",): Plan.CREATE,
    ("update",): Plan.UPDATE,
    ("delete",): Plan.DESTROY,
    ("create", "delete"): Plan.REPLACE,  # in this order: create_before_destroy
    ("delete", "create"): Plan.REPLACE,  # a policy, which goes with its holder
    ("forget",): Plan.FORGET,
}

Identities = Mapping[tuple[DomainKey, str], int]


@dataclass(frozen=True)
class World:
    """An answer to what is unconfirmed of AWS. Its name is a part of the names of its domains.

    `asked_by` is what a plan has to do before the service can answer otherwise.
    """

    name: str
    switches: Switches
    facts: frozenset[When] = frozenset()
    asked_by: frozenset[Plan] = frozenset()

    def can_tell(self, case: Case) -> bool:
        """Whether a case could go otherwise in this world, or its row says so of any world."""
        row = BY_KIND[case.row]
        says_so = any(outcome.when & UNCONFIRMED for outcome in row.outcomes)
        asks = self.asked_by & {*row.outcome(case.facts | self.facts).plan}
        return not self.facts or says_so or bool(asks)


LIKELY = World("likely", Switches())
_DELETES = frozenset({Plan.DESTROY, Plan.REPLACE})
OTHERWISE = (
    World(
        "refuses",
        Switches(refuse_delete_of_used_upstream=True),
        frozenset({When.REFUSES}),
        _DELETES,
    ),
    World("hides", Switches(describe_hides_dead_upstreams=True), frozenset({When.HIDES}), _DELETES),
    World(
        "clears",
        Switches(omitted_upstreams_stay=False),
        frozenset({When.CLEARS}),
        frozenset({Plan.UPDATE}),
    ),
)


@dataclass
class Worlds(Double):
    """A double whose switches are those of the world that a domain belongs to."""

    def _carry_out(self, request: Request) -> dict[str, Any]:
        world = str(request.parameters.get("domain", "")).rpartition("-")[2]
        self.switches = _SWITCHES.get(world, LIKELY.switches)
        return super()._carry_out(request)


_SWITCHES = {world.name: world.switches for world in (LIKELY, *OTHERWISE)}


@dataclass
class Measured:
    """What one plan and one apply did, in the words of the table."""

    plan: frozenset[Plan]
    succeeds: Answer
    second_plan_is_empty: Answer
    is_right: Answer
    lost: frozenset[Lost]


@dataclass
class Run:
    """A case on its way through a batch."""

    case: Case
    world: World
    number: int
    remedy: int | None  # of the row
    is_spared: bool
    before: Identities = field(default_factory=dict)
    measured: Measured | None = None
    steps: list[Step] = field(default_factory=list)
    edits: list[Deployment] = field(default_factory=list)
    current: Deployment = field(init=False)
    failures: list[str] = field(default_factory=list)
    lost: frozenset[Lost] = frozenset()
    is_taken_back: bool = False

    def __post_init__(self) -> None:
        self.current = self.old

    @property
    def name(self) -> str:
        """The module."""
        return f"c{self.number}"

    @property
    def address(self) -> str:
        """The prefix of the addresses of the module's resources."""
        return f"module.{self.name}."

    @property
    def row(self) -> Row:
        return BY_KIND[self.case.row]

    @property
    def old(self) -> Deployment:
        return self._of_its_own(self.case.old)

    @property
    def new(self) -> Deployment:
        return self._of_its_own(self.case.new)

    def _of_its_own(self, some: Deployment) -> Deployment:
        return changed(some, name=f"{some.domain.name}-{self.number}-{self.world.name}")

    @property
    def title(self) -> str:
        """For test ids."""
        way = "spared" if self.is_spared else "applied"
        remedy = "" if self.remedy is None else f"-remedy {self.remedy}"
        return f"{self.world.name}-{self.case.name}-{way}{remedy}"

    @property
    def outcome(self) -> Outcome:
        """What the row says of it."""
        return self.row.outcome(self.case.facts | self.world.facts)

    @property
    def chosen(self) -> Remedy | None:
        return None if self.remedy is None else self.row.remedies[self.remedy]

    @property
    def target(self) -> Deployment:
        """What the service is to be in the end."""
        if self.is_taken_back or (self.chosen and self.chosen.reverts):
            return self.old
        edits = self.case.edits.get(self.remedy or 0, ()) if self.chosen else ()
        return self._of_its_own(edits[-1]) if edits else self.new

    def change(self) -> Change:
        """What `changes` says; for a row that no spec shows, as it would say it."""
        if not self.case.subject:
            (found,) = changes(self.old, self.new, self.address)
            return found
        repository = _named(self.old, self.case.subject)
        label = self.old.configuration.repositories[repository.name].label
        values = placeholders(self.old, repository, label, self.address)
        return Change(
            self.row, repository.name, repository, None, tuple(values.items()), self.case.facts
        )

    def begin_remedy(self) -> None:
        if self.chosen:
            steps = self.change().steps(self.chosen)
            self.steps = [step for step in steps if step.kind is not StepKind.LATER]
            edits = self.case.edits.get(self.remedy or 0, ())
            self.edits = [self._of_its_own(edit) for edit in edits]
            if self.chosen.reverts:
                self.edits = [self.old]


def runs_of(
    cases: Iterable[Case], worlds: Iterable[World], *, with_remedy: Callable[[Row, World], bool]
) -> list[Run]:
    """Each case applied, and each case spared for each of the remedies of its row.

    A case is left out of a world that cannot make a difference to it.
    """
    drawn = [
        (case, world, number, is_spared)
        for world in worlds
        for case in cases
        if not case.unless & world.facts and world.can_tell(case)
        for number, is_spared in _ways(case, world, with_remedy)
    ]
    return [
        Run(case, world, n, number, spared) for n, (case, world, number, spared) in enumerate(drawn)
    ]


def _ways(
    case: Case, world: World, with_remedy: Callable[[Row, World], bool]
) -> Iterator[tuple[int | None, bool]]:
    """The remedies that a case goes through, by number, and whether instead of the apply."""
    row = BY_KIND[case.row]
    remedies = row.remedies if with_remedy(row, world) else ()
    outcome = row.outcome(case.facts | world.facts)
    answers = {outcome.succeeds, outcome.second_plan_is_empty, outcome.is_right}
    is_fine = answers == {Answer.YES}
    after: list[int | None] = [n for n, r in enumerate(remedies) if r.after and not is_fine]
    yield from ((number, False) for number in after or [None])
    yield from ((number, True) for number, remedy in enumerate(remedies) if remedy.instead)


def _named(some: Deployment, name: str) -> Repository:
    (found,) = (repository for repository in some.domain.repositories if repository.name == name)
    return found


class Batch:
    """A Terraform root with a module for every run, and the double that it is applied to."""

    def __init__(
        self, terraform: Terraform, root: Path, double: Double, url: str, runs: list[Run]
    ) -> None:
        self.terraform, self.root, self.double, self.runs = terraform, root, double, runs
        self.environment = environment(url)

    # Files.

    def write(self, run: Run, wanted: Deployment) -> None:
        """Give a run the output for a spec, as its root or as a module that its root calls."""
        folder = self.root / run.name
        shutil.rmtree(folder, ignore_errors=True)
        sides = run.old, run.new
        is_moved = len({side.configuration.layout for side in sides}) > 1
        if is_moved and wanted.configuration.layout is Layout.MODULE:
            call = 'module "called" {\n  source = "./called"\n}\n'
            self.write_files(folder, {"main.tf": call})
            folder /= "called"
        own = {text for side in sides for text in (side.domain.region, side.domain.owner)}
        own -= {"eu-west-1", OWNER, None}
        self.write_files(
            folder,
            {
                name: text
                for name, text in render(wanted, "domain.yaml").items()
                if name != "providers.tf" or (own and run.old.configuration.managed)
            },
        )
        run.current = wanted

    @staticmethod
    def write_files(folder: Path, files: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    # Steps of the whole batch.

    def set_up(self) -> None:
        """Apply the old output of all runs."""
        calls = [f'module "{run.name}" {{\n  source = "./{run.name}"\n}}\n' for run in self.runs]
        provider = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
        self.write_files(self.root, {"main.tf": "\n".join([provider, *calls])})
        for run in self.runs:
            if not run.old.configuration.managed:
                self._found(run.old.domain)
                self._found(run.new.domain)
            self.write(run, run.old)
        self.terraform.init(self.root)
        self._terraform("apply", "-auto-approve", "-input=false", "-no-color")
        for run in self.runs:
            for command in run.case.before:
                values = placeholders(run.old, module=run.address)
                self._command(run, fill(command, values))
            run.before = self.identities(run)

    def _found(self, domain: Domain) -> None:
        """A domain that is managed elsewhere is there before anything else."""
        owner = domain.owner or DEFAULT_ACCOUNT
        if not any(key[0] == owner and key[2] == domain.name for key in self._world().domains):
            parameters = {"domain": domain.name}
            self.double.answer(Request("CreateDomain", parameters, owner, domain.region))

    def apply_new(self) -> None:
        """Plan and apply the new output of the runs that are not spared, and measure."""
        applied = [run for run in self.runs if not run.is_spared]
        for run in applied:
            self.write(run, run.new)
        self._modules()
        replaced = [
            f"-replace={run.address}aws_codeartifact_repository.{run.case.replaced}"
            for run in applied
            if run.case.replaced
        ]
        self._terraform("plan", "-input=false", "-out=tfplan", *replaced)
        shown = json.loads(self._terraform("show", "-json", "tfplan"))
        planned = self._by_run(
            (change["address"], _ACTIONS[tuple(change["change"]["actions"])])
            for change in shown.get("resource_changes", ())
            if change["change"]["actions"] not in (["no-op"], ["read"])
        )
        failed = self._apply("tfplan")
        second = self.plan_again()
        for run in applied:
            run.measured = Measured(
                frozenset(planned[run.name]) or frozenset({Plan.NOTHING}),
                Answer.NO if failed[run.name] else Answer.YES,
                Answer.NO if second[run.name] else Answer.YES,
                Answer.YES if self.differences(run, run.new) == [] else Answer.NO,
                self.lost(run, run.new),
            )

    def refuse_new(self) -> None:
        """Plan the new output where every plan fails, each for its own reason, and measure."""
        for run in self.runs:
            self.write(run, run.new)
        self._modules()
        done = self._try("plan", "-input=false", "-json")
        assert done.returncode == 1
        refused = self._by_run(
            (_whereabouts(event["diagnostic"]), event["diagnostic"]["summary"])
            for event in _events(done.stdout)
            if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error"
        )
        for run in self.runs:
            answer = Answer.NO if refused[run.name] else Answer.YES
            plan = frozenset({Plan.ERROR} if refused[run.name] else ())
            is_right = Answer.NO if self.differences(run, run.new) else Answer.YES
            run.measured = Measured(plan, answer, answer, is_right, self.lost(run, run.new))

    def take_back(self) -> None:
        """Return to the old output."""
        for run in self.runs:
            self.write(run, run.old)
            run.is_taken_back = True

    def plan_again(self) -> dict[str, list[Any]]:
        """What a plan would do, by run; its exit code says whether that is anything at all."""
        done = self._try("plan", "-input=false", "-detailed-exitcode", "-json")
        planned = self._by_run(
            (event["change"]["resource"]["addr"], event["change"]["action"])
            for event in _events(done.stdout)
            if event["type"] == "planned_change"
        )
        assert done.returncode == (2 if any(planned.values()) else 0), done.stdout
        return planned

    def plan_is_empty(self) -> bool:
        """What a pipeline sees."""
        done = self._try("plan", "-input=false", "-detailed-exitcode", "-no-color")
        return done.returncode == 0

    def run_remedies(self) -> None:
        """Go through the steps of all runs, one apply serving all that have come to one."""
        for run in self.runs:
            run.begin_remedy()
        while any(run.steps for run in self.runs):
            waiting = [run for run in self.runs if self._advance(run)]
            self._modules()
            failed = self._apply()
            for run in waiting:
                run.failures += failed[run.name]
        for run in self.runs:
            if run.chosen and not run.is_spared and run.current != run.target:
                run.failures.append("the steps do not end at the new spec")

    def _advance(self, run: Run) -> bool:
        """Carry out steps until one needs an apply, which is done for all at once."""
        while run.steps:
            step = run.steps.pop(0)
            match step.kind:
                case StepKind.COMMAND | StepKind.PACKAGES:
                    self._command(
                        run, fill(step.text.replace("<", "{").replace(">", "}"), _PACKAGE)
                    )
                case StepKind.FILE:
                    text = step.text.replace("module.NAME.", "module.called.")
                    (self.root / f"{run.name}_{step.file}").write_text(text)
                case StepKind.SPEC:
                    self.write(run, run.edits.pop(0))
                    return True
                case StepKind.APPLY:
                    self.write(run, run.new)
                    return True
        return False

    def finish(self) -> bool:
        """Measure what became of the runs; gives whether the last plan of all is empty."""
        rest = self.plan_again()
        for run in self.runs:
            run.failures += [f"planned: {change}" for change in rest[run.name]]
            run.failures += self.differences(run, run.target)
            run.lost = self.lost(run, run.target)
        return not any(rest.values())

    # What became of a run.

    def _world(self) -> Any:
        return self.double._world

    def identities(self, run: Run) -> Identities:
        """The repositories of a run's domains, by what the service knows them by."""
        names = {run.old.domain.name, run.new.domain.name}
        return {
            (key, name): repository.identity
            for key, domain in self._world().domains.items()
            if key.name in names
            for name, repository in domain.repositories.items()
        }

    def lost(self, run: Run, wanted: Deployment) -> frozenset[Lost]:
        """What is no longer there, or no longer reached."""
        after = self.identities(run)
        gone = set(run.before.values()) - set(after.values())
        key = _key(wanted.domain)
        lost = set()
        if gone:
            lost.add(Lost.DOMAIN if gone == set(run.before.values()) else Lost.REPOSITORY)
        if any(
            not self._world().domains[home].is_live(link)
            for home, name in after
            for link in self._world().domains[home].repositories[name].upstreams
        ):
            lost.add(Lost.BUILDS)
        is_new = (
            wanted.configuration.managed
            and _key(run.old.domain) != key
            and key in self._world().domains
        )
        if is_new and not gone:
            lost.add(Lost.BEHIND)
        return frozenset(lost)

    def differences(self, run: Run, wanted: Deployment) -> list[str]:
        """Where the service is not what a spec says."""
        domain = self._world().domains.get(_key(wanted.domain))
        if domain is None:
            return ["there is no domain"]
        found = self.double.snapshot()[_arn(wanted.domain)]
        repositories = {
            name: (r["description"], r["upstreams"], r["connection"], r["tags"], _read(r["policy"]))
            for name, r in found["repositories"].items()
        }
        expected = {
            r.name: (
                r.description or "",
                [*r.upstreams],
                r.external_connection,
                dict(r.tags),
                _said(r.policy),
            )
            for r in (*wanted.domain.repositories, *_forgotten(run, wanted))
        }
        # A domain that was managed until now stays as it was.
        side = wanted if wanted.configuration.managed else run.old
        holder = side.domain
        pairs: list[tuple[str, Any, Any]] = [("repositories", repositories, expected)]
        if side.configuration.managed:
            key = holder.encryption_key or key_arn(None, *_key(wanted.domain)[:2])
            pairs += [
                ("tags", found["tags"], dict(holder.tags)),
                ("policy", _read(found["policy"]), _said(holder.policy)),
                ("encryption key", found["encryption_key"], key),
            ]
        return [f"{what}: {is_}, not {should}" for what, is_, should in pairs if is_ != should]

    # Processes.

    def _modules(self) -> None:
        """Let Terraform know of modules that have come or gone."""
        self._terraform("get", "-no-color")

    def _apply(self, *plan: str) -> dict[str, list[str]]:
        done = self._try("apply", "-auto-approve", "-input=false", "-json", *plan)
        failed = self._by_run(
            (event["hook"]["resource"]["addr"], f"{event['@message']}\n{done.stdout}")
            for event in _events(done.stdout)
            if event["type"] == "apply_errored"
        )
        assert (done.returncode == 0) is not any(failed.values()), done.stdout
        return failed

    def _by_run(self, found: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
        by_run: dict[str, list[Any]] = {run.name: [] for run in self.runs}
        for address, value in found:
            assert address.startswith("module."), (address, value)
            by_run[address.split(".")[1]].append(value)
        return by_run

    def _terraform(self, *arguments: str) -> str:
        return self.terraform(self.root, *arguments, environment=self.environment)

    def _try(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self.terraform.try_(self.root, *arguments, environment=self.environment)

    def _command(self, run: Run, text: str) -> None:
        done = self.shell(text)
        if "copy-package-versions" in text:  # the double has no packages; it knows the request
            assert "does not implement CopyPackageVersions" in done.stderr
        elif done.returncode:
            run.failures.append(f"{text}\n{done.stdout}{done.stderr}")

    def shell(self, text: str) -> "subprocess.CompletedProcess[str]":
        """Run a line as if it was pasted into a shell."""
        path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            shlex.split(text),
            cwd=self.root,
            env={**self.terraform.environment, **self.environment, "PATH": path},
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )


def _events(printed: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in printed.splitlines() if line.startswith("{"))


def _whereabouts(diagnostic: Mapping[str, Any]) -> str:
    """The module that an error is about: not every error has an address."""
    found = re.search(r"\bmodule\.c\d+\.", f"{diagnostic.get('address')} {diagnostic['detail']}")
    file = diagnostic.get("range", {}).get("filename", "")
    return found[0] if found else f"module.{file.split('/')[0]}."


def _key(domain: Domain) -> DomainKey:
    return DomainKey(domain.owner or DEFAULT_ACCOUNT, domain.region, domain.name)


def _arn(domain: Domain) -> str:
    key = _key(domain)
    return f"arn:aws:codeartifact:{key.region}:{key.owner}:domain/{key.name}"


def _said(policy: Policy) -> Any:
    return document(policy) if policy else None


def _read(policy: PolicySnapshot | None) -> Any:
    return json.loads(policy["document"]) if policy else None


def _forgotten(run: Run, wanted: Deployment) -> list[Repository]:
    """What stays in the service because a spec on the way said so."""
    said = [wanted, *(run.case.edits.get(run.remedy, ()) if run.remedy is not None else ())]
    removed = (removed for some in said for removed in some.configuration.removed)
    labels = {one.label for one in removed if not one.destroy}
    resources = run.old.configuration.repositories
    return [r for r in run.old.domain.repositories if resources[r.name].label in labels]
