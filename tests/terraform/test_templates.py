"""Custom templates: they can change how the files look, never what they say, and never get out."""

import mmap
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, Run

BUILT_IN = ROOT / "templates" / "terraform"
NAMES = sorted(path.name for path in BUILT_IN.iterdir())


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("templates").mkdir()
    return Path(shutil.copy(EXAMPLES / "quick-start" / "domain.yaml", tmp_path))


def _replace(name: str, old: str, new: str) -> None:
    text = (BUILT_IN / name).read_text()
    assert old in text
    Path("templates", name).write_text(text.replace(old, new))


def test_a_template_may_add_comments(spec: Path, run: Run) -> None:
    _replace("domain.tf.j2", "resource", "# {{ domain.name }} is our domain.\nresource")
    assert run("generate", "--templates", "templates").code == 0
    assert '# "acme" is our domain.\n' in Path("terraform", "domain.tf").read_text()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("repositories.tf.j2", "in repository.upstreams", "in repository.upstreams[:1]"),
        ("repositories.tf.j2", "in repository.upstreams", "in repository.upstreams|reverse"),
        ("repositories.tf.j2", "create_before_destroy = true", "create_before_destroy = false"),
        ("repositories.tf.j2", "  lifecycle {", "  count = 2\n\n  lifecycle {"),
        ("domain.tf.j2", "prevent_destroy = true", "prevent_destroy = false"),
        ("domain.tf.j2", "domain = {{ domain.name }}", 'domain = "other"'),
        ("domain.tf.j2", "domain = {{ domain.name }}", "domain = var.name"),
        ("providers.tf.j2", "region = {{ domain.region }}", 'region = "us-east-1"'),
        ("providers.tf.j2", 'provider "aws"', 'module "x" {\n  source = "./x"\n}\nprovider "aws"'),
        ("terraform.tf.j2", "hashicorp/aws", "evil/aws"),
        ("outputs.tf.j2", "resource.arn", "resource.id"),
        ("outputs.tf.j2", "${format}/", "${format}"),
        ("outputs.tf.j2", "{{ domain.region | inner }}", "us-east-1"),
        ("outputs.tf.j2", "format => ", "upper(format) => "),
        ("outputs.tf.j2", "repository.formats :", "toset([]) :"),
        ("formats.tf.j2", "setunion(", "setintersection("),
        ("formats.tf.j2", "toset([", 'toset(["swift", '),
    ],
)
def test_a_template_that_changes_the_meaning_is_named(
    name: str, old: str, new: str, spec: Path, run: Run
) -> None:
    _replace(name, old, new)
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert f"templates/{name}:1:1: error[template]: the template changes the meaning: " in ran.out
    assert not Path("terraform").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{% if %}", "Expected an expression"),
        ("\n\n{{ nothing }}", "'nothing' is undefined"),
        ("{{ domain.nothing }}", "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ 42 }}", "neither text nor true or false"),
        ("{{ domain.tags }}", "neither text nor true or false"),
        ("{% include '/etc/passwd' %}", "TemplateNotFound"),
        ("{% include '../domain.yaml' %}", "TemplateNotFound"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "SecurityError"),
        ("{{ domain.__class__.__init__.__globals__ }}", "SecurityError"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "SecurityError"),
        ("{{ url_for.__globals__ }}", "'url_for' is undefined"),
        ("{{ self.__init__.__globals__.__builtins__ }}", "SecurityError"),
        ("{% for i in range(10000000) %}x{% endfor %}", "Range too big"),
        ("{{ '%s'|format(domain.__class__) }}", "SecurityError"),
        ("{{ '{0.__class__.__mro__}'.format(domain) }}", "SecurityError"),
        ("{{ '{x.__class__}'.format_map({'x': domain}) }}", "SecurityError"),
        ("{{ ('{0.__class__}' | attr('format'))(domain) }}", "SecurityError"),
        ("{{ domain | attr('__class__') }}", "SecurityError"),
        ("{{ domain['__class__'] }}", "SecurityError"),
        ("{{ [domain] | map('attr', '__class__') | first }}", "SecurityError"),
        ("{{ domain.repositories | map(attribute='__class__.__mro__') | first }}", "SecurityError"),
        ("{{ domain.repositories | groupby('__class__') }}", "SecurityError"),
        ("{{ domain.repositories | sum(attribute='__class__') }}", "SecurityError"),
        ("{{ domain.repositories.__class__ }}", "SecurityError"),
        ("{{ domain.__dataclass_fields__ }}", "SecurityError"),
        ("{{ domain.__setattr__('name', 'x') }}", "SecurityError"),
        ("{{ configuration.repositories.clear() }}", "has no attribute 'clear'"),
        ("{{ configuration.__post_init__() }}", "SecurityError"),
        ("{{ namespace.__init__.__globals__ }}", "SecurityError"),
        ("{{ joiner.__init__.__globals__ }}", "SecurityError"),
        ("{{ range.__globals__ }}", "SecurityError"),
        ("{{ dict.__mro__ }}", "SecurityError"),
        ("{{ self._TemplateReference__context }}", "SecurityError"),
        ("{% macro m() %}{% endmacro %}{{ m._func }}", "SecurityError"),
        (
            "{% macro m() %}{{ caller.__init__ }}{% endmacro %}{% call m() %}{% endcall %}",
            "SecurityError",
        ),
        ("{% for x in [1] %}{{ loop.__class__ }}{% endfor %}", "SecurityError"),
        ("{% import '/etc/passwd' as x %}", "TemplateNotFound"),
        ("{% extends '../domain.yaml' %}", "TemplateNotFound"),
        ("{% from '../domain.yaml' import x %}", "TemplateNotFound"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "RecursionError"),
        ("{{ [0] * 400000000 }}", "MemoryError: the templates ask for too much"),
        (
            "{% set ns = namespace(x='x') %}"
            "{% for i in range(40) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
            "MemoryError: the templates ask for too much",
        ),
        ("{{ '\\ud800' }}", "surrogates not allowed"),
        ("{{ '\\ud800' | label }}", "surrogates not allowed"),
        # What differs from run to run has no place in files that are committed.
        ("{{ lipsum() }}", "'lipsum' is undefined"),
        ("{{ ['a', 'b'] | random }}", "No filter named 'random'"),
    ],
)
def test_a_template_that_fails_or_reaches_out_is_a_finding(
    body: str, message: str, spec: Path, run: Run
) -> None:
    Path("templates", "domain.tf.j2").write_text(body)
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert "templates/domain.tf.j2:" in ran.out
    assert message in ran.out
    assert not Path("terraform").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process holds")
def test_the_bound_counts_from_what_the_process_holds_already(spec: Path, run: Run) -> None:
    """A bound below that makes the interpreter itself fail, at times by a crash."""
    Path("templates", "domain.tf.j2").write_text((BUILT_IN / "domain.tf.j2").read_text())
    with mmap.mmap(-1, 3 * 1024**3, prot=mmap.PROT_READ):  # address space alone
        ran = run("generate", "--templates", "templates")
    assert (ran.code, ran.err) == (0, "")


def test_the_line_of_a_fault_is_named(spec: Path, run: Run) -> None:
    Path("templates", "domain.tf.j2").write_text("\n\n{{ nothing }}\n")
    ran = run("generate", "--templates", "templates")
    assert ran.out.startswith("templates/domain.tf.j2:3:1: error[template]: ")


def test_a_template_of_an_unknown_name_is_a_finding(spec: Path, run: Run) -> None:
    Path("templates", "domains.tf.j2").write_text("")
    ran = run("generate", "--templates", "templates")
    assert ran.code == 1
    assert "did you mean 'domain.tf.j2'?" in ran.out


def test_a_missing_folder_is_wrong_usage(spec: Path, run: Run) -> None:
    assert run("generate", "--templates", "nothing").code == 2


@pytest.mark.parametrize("name", NAMES)
def test_text_of_the_spec_cannot_become_code(name: str, spec: Path, run: Run) -> None:
    # Whatever a template prints is quoted, so even a bare value is a literal.
    spec.write_text(
        'domain: {name: acme, region: eu-west-1}\nrepositories: {ab: {description: "${file(1)}"}}\n'
    )
    body = "{% for r in domain.repositories %}# {{ r.description }}\n{% endfor %}"
    Path("templates", name).write_text(body + (BUILT_IN / name).read_text())
    assert run("generate", "--templates", "templates").code == 0
    for path in Path("terraform").iterdir():
        assert "${file" not in path.read_text()
