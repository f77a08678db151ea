"""What people look for in CodeArtifact and it does not have: package formats, rules of clean-up.

Public texts claim that some of it exists: tutorials, courses, and invented CloudFormation. The
service model has no operation for any of it.
"""

import re

_FORMATS = {
    "Go modules": ("go", "golang", "gomod", "goproxy"),
    "container images, but Amazon ECR has": (
        "docker",
        "container",
        "image",
        "oci",
        "dockerhub",
        "ecr",
    ),
    "Helm charts, but Amazon ECR has": ("helm", "chart"),
    "Terraform modules": ("terraform", "opentofu", "hcl"),
    "conda packages": ("conda", "anaconda", "condaforge"),
    "Composer packages": ("composer", "php", "packagist"),
    "packages of Linux distributions": ("deb", "debian", "apt", "rpm", "yum", "apk"),
    "R packages": ("cran", "r"),
}
_BY_WORD = {word: what for what, words in _FORMATS.items() for word in words}
# What follows the word of a format: `docker-images`, `go_modules`, `public:docker-hub`.
_ENDINGS = re.compile(r"(module|image|chart|package|hub|proxy|forge|registry|org|io)s?$|s$")
_CLEAN_UP = re.compile(
    r"life_?cycle|retention|expir|clean_?up|prune|max_versions|keep_(last|versions)|^ttl$"
)


def format_lack(text: str) -> str | None:
    """What to say of a package format, or of a registry, that CodeArtifact has not."""
    word = re.sub(r"[^a-z]", "", text.casefold().removeprefix("public:"))
    what = None
    while word and what is None:
        what = _BY_WORD.get(word)
        shorter = _ENDINGS.sub("", word)
        if shorter == word:
            break
        word = shorter
    return f"CodeArtifact has no {what}" if what else None


def key_lack(key: str) -> str | None:
    """What to say of a key that asks for something that CodeArtifact has not."""
    word = re.sub(r"[^a-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).casefold())
    if not _CLEAN_UP.search(word):
        return None
    lack = "CodeArtifact has no lifecycle policies: versions are deleted by hand or by a job"
    return f"{lack}; Terraform's prevent_destroy is `protect`" if word == "lifecycle" else lack
