"""Keeps the review as one comment of the pull request: writes it once, then rewrites it.

A hidden first line tells the comment from others, and only the token's own comments count: whoever
wrote the line into a comment of theirs could change the review afterwards. A change that nothing
follows from is not worth a first comment, and neither is a run without a review; but a comment that
is there never goes on telling of an older commit. GitHub's GraphQL API, because only there
a comment says whose it is, whatever kind of token asks. Of action.yml come TOKEN, KEY, REVIEW and
JSON, the other variables are GitHub's.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TIMEOUT = 30  # seconds

COMMENTS = """
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      comments(first: 100, after: $after) {
        nodes { id body viewerDidAuthor }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
}
"""
CREATE = """
mutation ($id: ID!, $body: String!) {
  addComment(input: {subjectId: $id, body: $body}) { commentEdge { node { url } } }
}
"""
UPDATE = """
mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { issueComment { url } }
}
"""


class Refused(Exception):
    """GitHub did not do it; the text says why."""


class Forbidden(Refused):
    """The token may not do it."""


def main() -> int:
    """Write or rewrite the comment; 1 if that failed for another reason than permissions."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    if "pull_request" not in event:
        return _say("notice", "no comment: the event is about no pull request")
    marker = f"<!-- codeartifact-tf: {os.environ['KEY']} -->"
    pull_request = event["pull_request"]
    try:
        url = _keep(pull_request["number"], marker, f"{marker}\n{_body(pull_request)}")
    except Forbidden:
        return _say("notice", "no comment: the token may only read, as in pull requests from forks")
    except Refused as error:
        _say("error", f"no comment: {error}")
        return 1
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"comment-url={url}\n")
    return 0


def _say(kind: str, text: str) -> int:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    sys.stdout.write(f"::{kind} title=codeartifact-tf::{text}\n")
    return 0


def _body(pull_request: dict[str, Any]) -> str:
    """The review, or that there is none of this commit."""
    if os.environ["REVIEW"]:
        return Path(os.environ["REVIEW"]).read_text(encoding="utf-8")
    server, run = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "RUN_ID"))
    log = f"{server}/{os.environ['GITHUB_REPOSITORY']}/actions/runs/{run}"
    commit = pull_request.get("head", {}).get("sha", "the last commit")
    return (
        f"## There is no review of {commit}\n\n"
        f"[The log of the run]({log}) says why. What was written here before was the review of"
        " another commit.\n"
    )


def _keep(number: int, marker: str, body: str) -> str:
    """The address of the comment, "" if there is none."""
    pages = list(_pages(number))
    nodes = [node for page in pages for node in page["comments"]["nodes"]]
    # Two runs at the same time may have begun one each.
    ours = [n["id"] for n in nodes if n["viewerDidAuthor"] and n["body"].startswith(marker)]
    rewritten = [_ask(UPDATE, id=name, body=body) for name in ours]
    if rewritten:
        return str(rewritten[0]["updateIssueComment"]["issueComment"]["url"])
    if not os.environ["REVIEW"] or not _says_something():
        return ""
    data = _ask(CREATE, id=pages[0]["id"], body=body)
    return str(data["addComment"]["commentEdge"]["node"]["url"])


def _says_something() -> bool:
    try:
        review = json.loads(Path(os.environ["JSON"]).read_text(encoding="utf-8"))
    except ValueError:
        return True  # it was cut short, and the review itself was not
    facts = (fact for domain in review["domains"] for fact in domain.items())
    changes = any(rows for name, rows in facts if isinstance(rows, list) and name != "unchanged")
    return changes or bool(review["findings"])


def _pages(number: int) -> Iterator[dict[str, Any]]:
    owner, _, name = os.environ["GITHUB_REPOSITORY"].partition("/")
    after = None
    while True:
        data = _ask(COMMENTS, owner=owner, name=name, number=number, after=after)
        page = data["repository"]["pullRequest"]
        yield page
        if not page["comments"]["pageInfo"]["hasNextPage"]:
            return
        after = page["comments"]["pageInfo"]["endCursor"]


def _ask(query: str, **variables: object) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - the address is GitHub's own variable
        os.environ["GITHUB_GRAPHQL_URL"],
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['TOKEN']}",
            "Content-Type": "application/json",
            "User-Agent": "codeartifact-tf",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        kind = Forbidden if error.code == 403 else Refused  # noqa: PLR2004
        raise kind(f"GitHub answered {error.code} {error.reason}") from error
    except (OSError, ValueError) as error:
        raise Refused(f"GitHub cannot be reached: {error}") from error
    errors = answer.get("errors") or ()
    if errors:
        kinds = {error.get("type") for error in errors}
        kind = Forbidden if kinds == {"FORBIDDEN"} else Refused
        raise kind("; ".join(str(error.get("message")) for error in errors))
    data: dict[str, Any] = answer["data"]
    return data


if __name__ == "__main__":
    sys.exit(main())
