"""A spec in the working folder, and what can be wrong with it."""

from pathlib import Path

import pytest

GOOD = """\
domain: {name: acme, region: eu-west-1}
repositories:
  shared: {upstreams: [public:npmjs]}
  team: {upstreams: [shared]}
"""
BAD = GOOD.replace("[shared]", "[shard]")
WARNED = GOOD.replace("eu-west-1", "eu-west-9")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "domain.yaml"
    path.write_text(GOOD)
    return path
