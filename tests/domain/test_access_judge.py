"""Our evaluation of policies beside one that is not ours: npm's @cloud-copilot/iam-simulate.

The library is used by this test alone, which installs it from npm and skips where that fails.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeartifact_tf.domain.access import Home, clauses, names_of, placed, rights
from codeartifact_tf.domain.principals import principal_of
from tests.conftest import ROOT
from tests.support.bounds import HANG
from tests.support.policies import (
    ACCOUNT,
    ORGANIZATION,
    OTHER,
    OWNER,
    ROLE,
    USER,
    bodies,
    policy_of,
)

_LIBRARY = "@cloud-copilot/iam-simulate@0.1.173"
_HOME = Home("eu-west-1", OWNER, "acme")
_ARN = f"arn:aws:codeartifact:eu-west-1:{OWNER}:"
# The judge does not know that the namespace of a package can be empty.
_ACTIONS = {
    "ReadFromRepository": f"{_ARN}repository/acme/shared",
    "PublishPackageVersion": f"{_ARN}package/acme/shared/npm/acme/left-pad",
}
_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class Judge:
    """A process that answers simulations."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin
        assert process.stdout
        self._in: IO[str] = process.stdin
        self._out: IO[str] = process.stdout

    def allows(self, policy: dict[str, Any], who: str, action: str) -> bool:
        account = who.split(":")[4]
        context = {"aws:PrincipalArn": who, "aws:PrincipalAccount": account}
        simulation = {
            "request": {
                "principal": who,
                "action": f"codeartifact:{action}",
                "resource": {"resource": _ACTIONS[action], "accountId": OWNER},
                "contextVariables": {**context, "aws:PrincipalOrgID": "o-elsewhere0"},
            },
            "identityPolicies": [{"name": "all", "policy": _EVERYTHING}],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
            "resourcePolicy": policy,
        }
        self._in.write(json.dumps(simulation) + "\n")
        self._in.flush()
        answer = json.loads(self._out.readline())
        assert answer["fault"] is None
        return bool(answer["result"] == "Allowed")


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no npm, which installs the judge")
    folder = tmp_path_factory.mktemp("judge")
    install = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", _LIBRARY]
    done = subprocess.run(
        install, cwd=folder, capture_output=True, text=True, check=False, timeout=HANG
    )
    if done.returncode:
        pytest.skip(f"npm does not install the judge: {done.stderr[-200:]}")
    script = ROOT / "tests" / "support" / "simulate.mjs"
    with subprocess.Popen(
        [node, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Judge(process)
        assert process.stdin
        process.stdin.close()


_WHO = st.sampled_from([ROLE, USER, f"arn:aws:iam::{OTHER}:role/ci"])


@given(st.lists(bodies(), min_size=1, max_size=4), _WHO, st.sampled_from([*_ACTIONS]))
def test_what_we_decide_the_judge_decides_too(
    judge: Judge, some: list[dict[str, Any]], who: str, action: str
) -> None:
    prepared = clauses(policy_of(*some))
    found = rights(placed(prepared, _HOME.of_repository("shared"), OWNER), principal_of("AWS", who))
    live = [limits for limits, actions in found.live.items() if action in names_of(actions)]
    hinders = any(action in names_of(actions) for actions in found.denied.values())
    if live and (hinders or frozenset() not in live):
        return  # undecided: the judge is told a request, we are not
    document = {"Version": "2012-10-17", "Statement": some}
    assert judge.allows(document, who, action) is bool(live)


@pytest.mark.parametrize("account", [ACCOUNT, OTHER])
def test_the_judge_decides_as_it_should(judge: Judge, account: str) -> None:
    body = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [body]}
    who = f"arn:aws:iam::{account}:role/ci"
    assert judge.allows(document, who, "ReadFromRepository") is (account == ACCOUNT)


def test_an_organization_is_decided_by_the_request(judge: Judge) -> None:
    body = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    }
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [allow, body]}
    assert not judge.allows(document, ROLE, "ReadFromRepository")
