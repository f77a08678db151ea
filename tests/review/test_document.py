"""What programs read about a change, field by field, where no scenario shows it."""

import json
from typing import Any

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.review.document import json_
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.spec.spec import Spec
from tests.support.reviews import spec_with

_BARE: dict[str, list[str] | str] = {"a": [], "b": [], "c": [], "d": []}


def _document(old: Spec, new: Spec) -> dict[str, Any]:
    document = json.loads(json_(Review([DomainReview(compare(old, new), "terraform")], [])))
    (domain,) = document["domains"]
    assert isinstance(domain, dict)
    return domain


def test_moves_and_additions_ahead_are_told_with_what_they_pass() -> None:
    old = spec_with(app=["a", "b", "c"], web=["a", "b"], **_BARE)
    new = spec_with(app=["b", "c", "a"], web=["a", "d", "b"], **_BARE)
    found = {
        edit["repositories"][0]: edit["effects"][0]["moves"]
        for edit in _document(old, new)["resolution"]
    }
    assert found == {
        "app": [{"repositories": ["a"], "position": "after", "other": "c"}],
        "web": [{"repositories": ["d"], "position": "before", "other": "b"}],
    }
