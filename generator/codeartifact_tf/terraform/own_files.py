"""The files beside the generated ones, read from a tree and parsed."""

from pathlib import Path

from codeartifact_tf.files import beside
from codeartifact_tf.files.file_tree import Tree
from codeartifact_tf.terraform import own_blocks
from codeartifact_tf.terraform.neighbours import OwnFile
from codeartifact_tf.terraform.own_blocks import Unreadable


def read(tree: Tree, folder: Path, mark: str, any_mark: str) -> tuple[OwnFile, ...]:
    """The files of a folder that Terraform reads and that do not begin with the mark.

    `any_mark` is how the files begin that were generated from any spec.
    """
    found = []
    try:
        for content in beside.contents(tree, folder, own_blocks.is_read, mark):
            path = folder / content.name
            if content.fault:
                found.append(OwnFile(content.name, fault=content.fault))
            elif beside.is_left_behind(tree, path, any_mark):
                found.append(OwnFile(content.name, is_left_behind=True))
            else:
                found.append(_parsed(content))
    except OSError as error:
        return (OwnFile(".", fault=f"the folder cannot be read: {error.strerror}"),)
    return tuple(found)


def _parsed(content: beside.Content) -> OwnFile:
    try:
        return OwnFile(content.name, own_blocks.blocks_of(content.name, content.raw))
    except Unreadable as error:
        return OwnFile(content.name, fault=str(error), fault_line=error.line)
