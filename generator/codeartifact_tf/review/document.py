"""A review for programs: JSON, as schemas/review.schema.json has it."""

from typing import Any

from codeartifact_tf.changes.access import AccessChange
from codeartifact_tf.changes.edits import Edit
from codeartifact_tf.changes.exposures import ExposureChange
from codeartifact_tf.changes.guards import grouped
from codeartifact_tf.changes.searches import Part
from codeartifact_tf.domain.search import Step, retained_in
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.reports import findings
from codeartifact_tf.reports.json_text import json_text
from codeartifact_tf.review import words
from codeartifact_tf.review.access import words_of
from codeartifact_tf.review.remedies import cures
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.terraform.own_blocks import is_override
from codeartifact_tf.transitions import Change, failure

VERSION = 2  # changes when a field changes its meaning or goes away


def json_(review: Review) -> str:
    """Everything, nothing folded."""
    document = {
        "version": VERSION,
        "not_compared": list(review.unknown),
        "findings": findings.findings(review.problems),
        "silenced": [
            {"finding": finding, "reason": each.reason}
            for each in review.silenced
            for finding in findings.findings([each.problem])
        ],
        "domains": [_domain(domain) for domain in review.domains],
    }
    return json_text(document)


def _domain(reviewed: DomainReview) -> dict[str, Any]:
    comparison = reviewed.comparison
    domain, radius = comparison.spec.domain, comparison.radius
    return {
        "domain": domain.name,
        "region": domain.region,
        "old": comparison.old.source.file if comparison.old else None,
        "new": comparison.new.source.file if comparison.new else None,
        "guards_weakened": [
            {
                "guard": found[0].guard,
                "text": plain(words.guard_weakened(found)),
                "names": [each.subject for each in found if each.subject],
            }
            for found in grouped(comparison.guards)
        ],
        "lost": [
            {
                "repository": loss.repository,
                "declared": loss.in_removed,
                "dependants": list(loss.dependants),
                "change": _change(loss.change) if loss.change else None,
            }
            for loss in comparison.losses
        ],
        "blocked": [_change(change) for change in comparison.blocked],
        "access": [_access(change) for change in comparison.access.changes],
        "first_policies": list(comparison.access.first_policies),
        "internal_packages": [_exposure(change) for change in comparison.exposures],
        "resolution": [_edit(edit) for edit in comparison.edits],
        "new_repositories": [
            {
                "repository": arrival.repository,
                "public_registries": [
                    {"external_connection": step.repository.external_connection, **_step(step)}
                    for step in arrival.registries
                ],
            }
            for arrival in comparison.arrivals
        ],
        "bypasses": [
            {
                "repository": found.repository,
                "gate": found.gate,
                "path": list(found.path),
                "kinship": found.kinship,
                "in": found.name,
                "others": found.others,
                "through": found.through,
            }
            for found in comparison.bypasses
        ],
        "blast_radius": {
            "changed": radius.changed,
            "total": radius.total,
            "limit": radius.limit,
            "old_limit": radius.old_limit,
            "exceeded": radius.is_exceeded,
        }
        if radius
        else None,
        "changes": [_change(change) for change in comparison.done],
        "settings": [
            {
                "repository": words.repository_of(setting),
                "name": words.title(setting),
                "before": before,
                "after": after,
            }
            for setting in comparison.settings
            for before, after in [words.values(setting)]
        ],
        "unchanged": list(comparison.same),
        "new_files": [
            {
                "file": file.name,
                "override": is_override(file.name),
                "blocks": [[each.type, *each.labels[:2]] for each in file.blocks],
            }
            for file in comparison.new_files
        ],
        "headroom": [
            {
                "quota": found.quota,
                "limit": found.limit,
                "before": found.before,
                "after": found.after,
                "repositories": list(found.names),
            }
            for found in comparison.headroom
        ],
    }


def _access(change: AccessChange) -> dict[str, Any]:
    return {
        "principal": change.principal.name,
        "kind": change.principal.kind,
        "own": change.is_own,
        "change": "gained" if change.is_gain else "lost",
        "only_allowed": change.is_only_allowed,
        "domain": change.of_domain,
        "repositories": list(change.repositories),
        "excepted": list(change.excepted),
        "words": list(words_of(change)),
        "actions": list(change.actions),
        "limits": [
            {
                "kind": limit.kind,
                "operator": limit.operator,
                "key": limit.key,
                "values": list(limit.values),
            }
            for limit in change.limits
        ],
        "undecided": change.undecided,
    }


def _exposure(change: ExposureChange) -> dict[str, Any]:
    opening = change.opening
    return {
        "format": change.own.package_format,
        "pattern": change.own.text,
        "package_group_pattern": str(opening.packages),
        "external_connection": opening.connection,
        "open": change.is_open,
        "repositories": list(opening.repositories),
        "path": list(opening.path),
        "barriers": [barrier._asdict() for barrier in opening.barriers],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "repository": change.repository,
        "kind": change.row.kind,
        "title": change.row.title,
        "plan": list(change.outcome.plan),
        "costs": list(change.outcome.lost),
        "failure": failure(change.outcome),
        "remedies": [
            {
                "title": cure.remedy.title,
                "when": cure.when,
                "reverts": cure.remedy.reverts,
                "steps": [
                    {"kind": stage.kind.name.lower(), "text": plain(text), "file": stage.file}
                    for stage in cure.stages
                    for text in stage.texts
                ],
            }
            for cure in cures([change])
        ],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "edited": list(edit.causes),
        "repositories": list(edit.repositories),
        "effects": [
            {
                "formats": list(effect[0].formats),
                "repositories": [part.repository for part in effect],
                **_part(effect[0]),
            }
            for effect in edit.effects
        ],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "gained": list(part.delta.gained),
        "lost": list(part.delta.lost),
        "moves": [
            {
                "repositories": list(move.names),
                "position": "before" if move.is_earlier else "after",
                "other": move.other,
            }
            for move in (*part.delta.moves, *part.delta.ahead)
        ],
        "public_registries": [
            {
                "external_connection": reach.connection,
                "before": _way(before),
                "after": _way(after),
            }
            for reach, (before, after) in zip(part.delta.reach, part.ways, strict=True)
        ],
        "before": [_way(step) for step in part.before],
        "after": [_way(step) for step in part.after],
    }


def _way(step: Step | None) -> dict[str, Any] | None:
    return _step(step) if step else None


def _step(step: Step) -> dict[str, Any]:
    return {"path": list(step.path), "retained_in": list(retained_in(step))}
