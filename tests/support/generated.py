"""The files that follow from other files. `make docs` writes them, tests/house compares them.

People write schemas/domain.schema.json; what the rules and the catalogue of AWS have already is put
into it here. schemas/team.schema.json is made of parts of it.
"""

from collections.abc import Callable, Mapping
from json import dumps, loads
from pathlib import Path
from typing import Any

from codeartifact_tf import transitions
from codeartifact_tf.aws.catalog import (
    EXTERNAL_CONNECTIONS,
    MAX_DIRECT_UPSTREAMS,
    MAX_TAGS,
    PACKAGE_FORMATS,
)
from codeartifact_tf.reports import rules_page
from codeartifact_tf.rules import BY_NAME, Rule
from codeartifact_tf.spec.schema import Kind, load

ROOT = Path(__file__).parents[2]


def _domain_schema() -> dict[str, Any]:
    schema: dict[str, Any] = loads(dumps(load(Kind.DOMAIN)))
    sections, definitions = schema["properties"], schema["$defs"]
    sections["rules"]["properties"] = {rule.name: _setting(rule) for rule in BY_NAME.values()}
    connections = list(EXTERNAL_CONNECTIONS)
    definitions["externalConnectionName"]["examples"] = connections
    named = _marked(definitions["upstream"], "unknown-connection")
    named["then"]["enum"] = connections
    field = definitions["repository"]["properties"]["external_connection"]
    _marked(field, "unknown-connection")["enum"] = connections
    definitions["packageFormat"]["enum"] = list(PACKAGE_FORMATS)
    public = {connection.package_format for connection in EXTERNAL_CONNECTIONS.values()}
    definitions["publicFormat"]["enum"] = [name for name in PACKAGE_FORMATS if name in public]
    pattern = _marked(sections["package_groups"], "package-group-pattern")["propertyNames"]["then"]
    pattern["pattern"] = rf"^/(\*|({'|'.join(PACKAGE_FORMATS)})/(.*/)*(\*|[^*]+[$~]))$"
    fields = definitions["delegation"]["properties"]["fields"]
    fields["items"]["enum"] = list(definitions["repository"]["properties"])
    _marked(definitions["upstreams"], "upstream-count")["maxItems"] = MAX_DIRECT_UPSTREAMS
    _marked(definitions["tags"], "tag-count")["maxProperties"] = MAX_TAGS
    return schema


def _setting(rule: Rule) -> dict[str, str]:
    severity = "fixedSeverity" if rule.fixed else "severity"
    return {"$ref": f"#/$defs/{severity}", "description": rule.summary}


def _marked(schema: dict[str, Any], rule: str) -> dict[str, Any]:
    """The part of a schema that says what a rule says."""
    parts = [part for part in schema["allOf"] if part.get("$comment") == f"rule: {rule}"]
    found: dict[str, Any] = parts[0]
    return found


def _team_schema() -> dict[str, Any]:
    domain = _domain_schema()
    reference = domain["properties"]["repositories"]
    used, pending = set[str](), [reference]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            name = part.get("$ref", "").removeprefix("#/$defs/")
            if name and name not in used:
                used.add(name)
                pending.append(domain["$defs"][name])
        if isinstance(part, dict | list):
            pending.extend(part.values() if isinstance(part, dict) else part)
    return {
        "$schema": domain["$schema"],
        "$id": "urn:codeartifact-tf:team",
        "title": "Team file of an AWS CodeArtifact domain",
        "description": "Repositories of one team, included by a domain spec (`include`).",
        "type": "object",
        "patternProperties": domain["patternProperties"],
        "additionalProperties": False,
        "properties": {"repositories": reference},
        "$defs": {name: part for name, part in domain["$defs"].items() if name in used},
        "examples": [{"repositories": {"payments": {"upstreams": ["shared"]}}}],
    }


def _json(schema: dict[str, Any]) -> str:
    return dumps(schema, indent=2) + "\n"


GENERATED: Mapping[str, Callable[[], str]] = {
    "docs/rules.md": lambda: rules_page.markdown(list(BY_NAME.values())),
    "docs/transitions.md": transitions.markdown,
    "schemas/domain.schema.json": lambda: _json(_domain_schema()),
    "schemas/team.schema.json": lambda: _json(_team_schema()),
}


if __name__ == "__main__":
    for name, text in {name: make() for name, make in GENERATED.items()}.items():
        (ROOT / name).write_text(text, encoding="utf-8")
