"""What each command does, in the first sentence of its help.

The sentences are apart from the rest, so that `--help` lists the commands without importing more.
"""

COMMANDS = {
    "check": (
        "Tell whether the committed Terraform is what the specs say; print a diff of what is stale."
    ),
    "explain": "Tell how REPOSITORY of the spec at PATH finds packages.",
    "generate": "Write the Terraform of every spec, if all of them are valid.",
    "init": "Write a first spec, and the JSON Schema for your editor, to FOLDER.",
    "lint": "Check the specs, and nothing else.",
    "review": "Tell what a change does to everyone's builds.",
    "rules": "List the rules, or explain the RULEs that are named.",
    "schema": "Print the JSON Schema of a domain spec, of a team file, or of a review as JSON.",
}
"""Each command, by the name of its module and function."""
