"""Cases as files: a case is `NAME.yaml`, or a folder NAME with a `domain.yaml` and its team files.

The report lies beside it, in `NAME.expected` or in `NAME/domain.expected`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from codeartifact_tf.spec import yaml_reader
from codeartifact_tf.spec.schema import Kind, load

_TESTS = Path(__file__).resolve().parents[1]
# The cases of each rule about a spec, in a folder of its name.
OF_RULES = _TESTS / "rules" / "cases"
# The one line that `lint` prints when there is nothing to report.
WITHOUT_FINDINGS = "1 spec without findings.\n"


def specs_in(folder: Path) -> list[Path]:
    """The specs of a folder of cases, files and folders alike."""
    return sorted((*folder.glob("*.yaml"), *folder.glob("*/domain.yaml")))


def case_name(spec: Path) -> str:
    """What a case is called: the name of its file, or of its folder."""
    return spec.parent.name if spec.name == "domain.yaml" else spec.stem


def compare(report: str, spec: Path, *, record: bool) -> None:
    """Hold a report against the recorded one, or record it."""
    expected = spec.with_suffix(".expected")
    if record:
        expected.write_text(report, encoding="utf-8")
    assert report == expected.read_text(encoding="utf-8")


def is_refused_by_published_schema(spec: Path) -> bool:
    """Whether the schema file alone, in any validator, finds fault with a spec or a team file."""
    files = [spec, *spec.parent.rglob("*.yaml")] if spec.name == "domain.yaml" else [spec]
    return not all(_accepts(file, Kind.DOMAIN if file == spec else Kind.TEAM) for file in files)


def _accepts(file: Path, kind: Kind) -> bool:
    return Draft202012Validator(load(kind)).is_valid(yaml_reader.read(file).data)


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and every schema in it, whatever keyword holds it."""
    if isinstance(schema, dict):
        yield schema
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from parts_of(part)
