"""Custom templates: no link leads out of their folder, and their processor time has a bound."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from codeartifact_tf.terraform import time_limit
from tests.conftest import ROOT, Run

SECRET = "AKIASECRETEXAMPLE"
BUILT_IN = ROOT / "templates" / "terraform"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spec, a folder of templates that is the working folder's, and a secret outside."""
    folder = tmp_path / "repository"
    (folder / "templates").mkdir(parents=True)
    (tmp_path / "secret").write_text(f"# {SECRET}\n{{{{ {SECRET} }}}}\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "part").write_text(f"# {SECRET}\n")
    monkeypatch.chdir(folder)
    spec = folder / "domain.yaml"
    spec.write_text("domain: {name: acme, region: eu-west-1}\nrepositories: {aa: }\n")
    return spec


def _template(text: str) -> None:
    built_in = (BUILT_IN / "domain.tf.j2").read_text()
    Path("templates", "domain.tf.j2").write_text(f"{text}{built_in}")


@pytest.mark.parametrize("command", ["generate", "check"])
def test_template_that_is_a_link_out_of_the_folder_is_refused(
    spec: Path, run: Run, command: str
) -> None:
    Path("templates", "domain.tf.j2").symlink_to("../../secret")
    for format_ in ("text", "json", "github", "sarif"):
        ran = run(command, "--templates", "templates", "--format", format_)
        assert ran.code == 1
        assert SECRET not in ran.out + ran.err
    out = run(command, "--templates", "templates").out
    assert out.startswith("templates/domain.tf.j2:1:1: error[template]: ")
    assert "the template is not read: it lies outside of " in out
    assert not Path("terraform").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{% include 'link' %}",
        "{% include 'link' ignore missing %}",
        "{% include ['nothing', 'link'] ignore missing %}",
        "{% include 'folder/part' %}",
        "{% import 'link' as x %}",
        "{% from 'link' import x %}",
        "{% extends 'link' %}",
        "{% include 'inner' %}",
    ],
)
def test_link_that_leads_out_is_not_included(spec: Path, run: Run, text: str) -> None:
    Path("templates", "link").symlink_to("../../secret")
    Path("templates", "folder").symlink_to(spec.parent.parent / "folder")
    Path("templates", "inner").write_text("{% include 'link' %}")
    _template(text)
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert "the template is not read: it lies outside of " in ran.out
    assert SECRET not in ran.out + ran.err
    assert not Path("terraform").exists()


def test_links_within_the_folder_are_followed(spec: Path, run: Run) -> None:
    Path("templates", "parts").mkdir()
    Path("templates", "parts", "one").write_text("# one\n")
    Path("templates", "two").symlink_to("parts/one")
    _template("{% include 'two' %}{% include 'parts/one' %}{% include 'no' ignore missing %}")
    assert run("generate", "--templates", "templates").code == 0
    assert Path("terraform", "domain.tf").read_text().count("# one\n") == 2


def test_folder_may_itself_be_a_link(spec: Path, run: Run) -> None:
    _template("# one\n")
    Path("linked").symlink_to("templates")
    assert run("generate", "--templates", "linked").code == 0


def test_template_that_is_no_file_or_too_long_is_refused(spec: Path, run: Run) -> None:
    Path("templates", "domain.tf.j2").write_text("#" * (1024**2 + 1))
    assert "a template has at most 1 MB" in run("generate", "--templates", "templates").out


# Processor time.


@pytest.mark.parametrize(
    "text",
    [
        "\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "\n{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}"
        "{{ m(90) }}",
        "\n{% for a in range(99999) %}{% include 'part' ignore missing %}{% endfor %}",
        "\n{% for a in range(99999) %}{% set x = range(9999) | map('string') | list %}{% endfor %}",
        "\n{% for a in range(99999) %}{{ ('a' * 99999) | upper | lower | label }}{% endfor %}",
    ],
)
def test_endless_template_is_a_finding(
    spec: Path, run: Run, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(time_limit, "SECONDS", 0.3)
    Path("templates", "part").write_text("{% for b in range(99999) %}{% endfor %}")
    _template(text)
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert "TooSlow: the templates take more than 0.3 seconds of processor time" in ran.out
    assert ran.out.startswith(("templates/domain.tf.j2:2:1: ", "templates/part:1:1: "))
    assert not Path("terraform").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{{ 10 ** (10 ** 9) }}",
        "{% set n = namespace(x=3) %}{% for i in range(60) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "{% set n = namespace(x=3) %}{% for i in range(60) %}{% set n.x = n.x ** 2 %}{% endfor %}",
    ],
)
def test_long_numbers_are_refused(spec: Path, run: Run, text: str) -> None:
    _template(text)
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert "OverflowError: the number is too long" in ran.out


def test_arithmetic_of_usual_numbers_works(spec: Path, run: Run) -> None:
    _template("# {{ (2 ** 10 * 3) | string | label }} {{ ('ab' * 2) | label }}\n")
    assert run("generate", "--templates", "templates").code == 0
    assert "# 3072 abab\n" in Path("terraform", "domain.tf").read_text()


def test_nothing_of_the_limit_stays(spec: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGPROF)
    _template("# fine\n")
    assert run("generate", "--templates", "templates").code == 0
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_other_threads_work_without_the_exception() -> None:
    passed = []

    def work() -> None:
        with time_limit.bounded():
            passed.append(signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert passed == [True]


def test_system_ends_a_single_step_that_never_ends() -> None:
    # A sum of lists never looks for signals.
    code = (
        "from codeartifact_tf.terraform import time_limit\n"
        "time_limit.SECONDS = 0.1\n"
        "with time_limit.bounded():\n"
        "    sum([[0] * 100] * 1_000_000, [])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == -signal.SIGVTALRM
