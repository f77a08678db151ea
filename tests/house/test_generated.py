"""What follows from other files is what they say."""

import pytest

from tests.conftest import ROOT
from tests.support.generated import GENERATED


@pytest.mark.parametrize("name", GENERATED)
def test_generated_file_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == GENERATED[name](), "run `make docs`"
