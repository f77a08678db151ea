"""Fixtures: the command line as tests call it, and the real Terraform with its AWS provider."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from codeartifact_tf.commands.command_line import main
from tests.support import amounts
from tests.support.bounds import HANG
from tests.support.git import git

__all__ = ["git"]

# What a machine tells Python (to write without a buffer, for one) is not what users have.
for _name in [name for name in os.environ if name.startswith("PYTHON")]:
    del os.environ[_name]
# Nothing is taken as proven, but where a test is about that.
os.environ["CODEARTIFACT_TF_NO_CACHE"] = "1"

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"

amounts.load_profile()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write the expected reports anew")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much was drawn, and what became of it, by the tests that count it."""
    counts: Counter[str] = Counter()
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if getattr(report, "when", "") == "teardown":
            counts.update({name: n for name, n in report.user_properties if isinstance(n, int)})
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:9,}  {name}")


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command line as a shell would, in this process."""

    def call(*arguments: str | os.PathLike[str]) -> Ran:
        code = main([os.fspath(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


class Terraform:
    """The real Terraform, with the provider from a mirror or from the registry."""

    def __init__(self, executable: str, cache: Path) -> None:
        self.executable = executable
        self.plugin_dir = os.environ.get("TERRAFORM_PLUGIN_DIR")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))},
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            # Much of Terraform's time goes into the garbage that the provider's schema leaves.
            "GOGC": "400",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if not self.plugin_dir:
            cache.mkdir(exist_ok=True)
            self.environment["TF_PLUGIN_CACHE_DIR"] = str(cache)

    def try_(
        self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a subcommand in a folder, with more of an environment if that is wanted."""
        return subprocess.run(
            [self.executable, arguments[0], *arguments[1:]],
            cwd=folder,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )

    def __call__(
        self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> str:
        """Run a subcommand that must succeed, and give what it printed."""
        done = self.try_(folder, *arguments, environment=environment)
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def init(self, folder: Path) -> None:
        """Initialise a folder without a backend."""
        mirror = [f"-plugin-dir={self.plugin_dir}"] if self.plugin_dir else []
        self(folder, "init", "-backend=false", "-input=false", "-no-color", *mirror)


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Skips where there is no Terraform or no provider; in CI that is a failure instead."""
    missing = pytest.fail if amounts.IN_CI else pytest.skip
    executable = shutil.which("terraform")
    if not executable:
        missing("Terraform is not on PATH")
        raise AssertionError
    found = Terraform(executable, tmp_path_factory.getbasetemp().parent / "terraform-plugins")
    folder = tmp_path_factory.mktemp("terraform-probe")
    versions = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n'
    (folder / "main.tf").write_text(f"{versions}    }}\n  }}\n}}\n")
    try:
        found.init(folder)
    except AssertionError as error:
        missing(
            "the AWS provider cannot be installed; TERRAFORM_PLUGIN_DIR may name a filesystem"
            f" mirror that holds it\n{error}"
        )
    return found


# What makes an offline plan possible: no request leaves the machine with these settings.
OFFLINE_PROVIDER = """\
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
"""
