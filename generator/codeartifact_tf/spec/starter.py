"""A first spec for people who begin, with the schema beside it for their editor."""

from errno import EEXIST
from pathlib import Path

from codeartifact_tf.files.paths import SCHEMAS
from codeartifact_tf.spec import schema
from codeartifact_tf.spec.loader import SPEC_FILE
from codeartifact_tf.spec.schema import Kind
from codeartifact_tf.spec.yaml_reader import parse

_SCHEMA_FILE = "domain.schema.json"

_SPEC = """\
# yaml-language-server: $schema={schema}
domain:
  name: {name}
  region: {region}
  # owner: "111122223333"           # your AWS account: Terraform then refuses any other

defaults:
  tags: {{managed-by: codeartifact-tf}}

repositories:
  shared:
    description: What every team may use
    # Each entry is searched in this order; a public registry gets its store repository.
    upstreams: [public:npmjs, public:pypi]
  my-team:
    description: What my team publishes
    upstreams: [shared]
"""


def write(folder: Path, name: str, region: str) -> list[Path]:
    """Write spec and schema; FileExistsError if one is there, ValueError for unusable values."""
    spec, schema_file = folder / SPEC_FILE, folder / _SCHEMA_FILE
    content = _SPEC.format(schema=_SCHEMA_FILE, name=name, region=region).encode()
    source = parse(content, spec, SPEC_FILE)
    for problem in (*source.problems, *schema.check(source, Kind.DOMAIN)):
        raise ValueError(f"{problem.message}: {problem.fix}" if problem.fix else problem.message)
    if (source.data["domain"]["name"], source.data["domain"]["region"]) != (name, region):
        raise ValueError(f"{name!r} and {region!r} are not plain YAML")
    texts = {spec: content, schema_file: (SCHEMAS / _SCHEMA_FILE).read_bytes()}
    for path in texts:
        if path.exists():
            raise FileExistsError(EEXIST, "", str(path))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        with path.open("xb") as stream:
            stream.write(text)
    return [*texts]
