"""The Terraform labels of repositories and package groups."""

import re


def label_of(name: str) -> str:
    """The Terraform label of a repository name; it never depends on other repositories."""
    label = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{label}" if label[:1].isdigit() else label


def group_label(pattern: str) -> str:
    """The Terraform label of a package group; it never depends on other groups."""
    stem = pattern[:-1].removeprefix("/").removesuffix("/")
    return label_of(stem) + {"*": "_any", "~": "_prefix"}.get(pattern[-1:], "") if stem else "root"
