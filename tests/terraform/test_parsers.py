"""Three parsers and Terraform itself agree on what the generated files say.

python-hcl2 through the product's own reader; tfparse, which is Go's HCL with Trivy's evaluation;
and `terraform show -json` of an offline plan.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf import pipeline
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.terraform.read import read
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, Terraform
from tests.support.deployments import configured
from tests.support.judges import assert_plan_shows, assert_tfparse_reads, plan_of_modules
from tests.support.plans import RICHEST, agreed, richest, without_groups, write

# What is hard to quote, and names that a parser might keep for itself.
_TEXTS = (
    *("${path.module}", "%{ if true }x%{ endif }", "$${x}", "%%{x}", "${", "%{", "$$$", "100%"),
    *('"', "'", "\\", "\\\\", "\\n", "\\u0024", "\\U0001F600", '\\"', "<<EOF", "<<-EOF", "EOF"),
    *("#", "//", "/*", "*/", "=", ":", ",", "[", "]", "(", ")", "{", "}", "`", "~", " ", "  x  "),
    *("null", "true", "false", "1e3", "0o7", "007", "2024-01-01", "id", "tags", "__tfmeta", "key"),
    *("é", "ﬁ", "日本語", "한국어", "\U0001f600", "\U0001f468\U0001f3fd", "\U0001f1ea\U0001f1fa"),
    *("ภาษาไทย", "עברית", "العربية", "q\u0323\u0307", "\u0301", "\u2028", "\u2029", "\xa0", "<&>"),
)
_NASTY = configured(
    Domain(
        "acme",
        "eu-west-1",
        tags=tuple(sorted((text, text) for text in _TEXTS[:50])),
        repositories=tuple(
            Repository(f"r{n:02}", description=text, tags=((text, text),))
            for n, text in enumerate(_TEXTS)
        ),
    )
)
_EXAMPLES = [path.parent.name for path in sorted(EXAMPLES.glob("*/domain.yaml"))]
_CASES = (*_EXAMPLES, "nasty", *(f"random-{n}" for n in range(RICHEST)))
_each_case = pytest.mark.parametrize("case", _CASES)


def _deployment(case: str) -> Deployment:
    """What the files of a case have to say."""
    if case in _EXAMPLES:
        spec = pipeline.lint(EXAMPLES / case / "domain.yaml").spec
        assert spec
        return spec.deployment
    if case == "nasty":
        return _NASTY
    return agreed(richest()[int(case.removeprefix("random-"))])


def _files(case: str) -> Mapping[str, str]:
    """The committed files of an example, or those of a domain as they would be generated."""
    if case in _EXAMPLES:
        folder = EXAMPLES / case / "terraform"
        return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return render(_deployment(case), "domain.yaml")


# python-hcl2


@_each_case
def test_python_hcl2_reads_what_the_domain_says(case: str) -> None:
    assert read(_files(case)) == _deployment(case)


# tfparse


@_each_case
def test_tfparse_reads_what_the_domain_says(case: str, tmp_path: Path) -> None:
    write(tmp_path / "terraform", _files(case))
    assert_tfparse_reads(_deployment(case), tmp_path / "terraform")


# Terraform


@pytest.fixture(scope="module")
def shown(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One plan of all cases, each a module: loading the provider takes longer than all of them."""
    # Package groups need a second provider, which no test has: their domains are planned without.
    files = {
        case: render(without_groups(_deployment(case)), "domain.yaml")
        if _deployment(case).domain.package_groups
        else _files(case)
        for case in _CASES
    }
    return plan_of_modules(terraform, tmp_path_factory.mktemp("parsers") / "root", files)


@pytest.mark.terraform
@pytest.mark.xdist_group("parsers")  # one worker plans for all of these
@_each_case
def test_terraform_plans_what_the_domain_says(case: str, shown: Any) -> None:
    assert_plan_shows(_deployment(case), shown, case)
