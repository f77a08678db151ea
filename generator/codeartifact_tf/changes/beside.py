"""The files beside the generated ones: which are new, and which settings of providers are."""

from collections.abc import Iterator

from codeartifact_tf.changes.guards import Guard, Weakened
from codeartifact_tf.files.paths import escaped
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Place
from codeartifact_tf.terraform.neighbours import Beside, OwnFile, provider_settings


def new_files(old: Beside, new: Beside) -> tuple[OwnFile, ...]:
    """The files that only the new version has."""
    known = {file.name for file in old.files}
    return tuple(file for file in new.files if file.name not in known)


def provider_overrides(old: Beside, new: Beside) -> Iterator[Weakened]:
    """The settings of account, Region and service that the old version does not have so."""
    before: dict[tuple[str, str], set[str]] = {}
    for file in old.files:
        for provider, settings in provider_settings(file).items():
            for name, setting in settings.items():
                before.setdefault((provider, name), set()).add(setting.text)
    for file in new.files:
        for provider, settings in provider_settings(file).items():
            changed = {
                name: setting
                for name, setting in settings.items()
                if setting.text not in before.get((provider, name), ())
            }
            if changed:
                was = [name for name in changed if (provider, name) in before]
                line = min(setting.line for setting in changed.values())
                place = _place(new, file.name, line)
                names = ", ".join(sorted(changed))
                yield Weakened(Guard.PROVIDER, provider, ", ".join(was) or None, names, place)


def _place(beside: Beside, name: str, line: int) -> Place:
    # Blank lines in the place of the text, because text of others is not quoted.
    shown = f"{beside.shown}/{escaped(name)}"
    source = Source(shown, beside.folder / name, "\n" * (line - 1), is_ours=True)
    return Place(source, (), span=(line - 1, line - 1))
