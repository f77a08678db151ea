#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[domain-lost] main:old-registry/domain.yaml:1:16: the spec of the domain 'acme' is gone: an apply of what is left destroys it with its 3 repositories, and nothing protects them

# Domain acme in eu-west-1 (gone)

# This apply loses what the review says, for good:
# terraform -chdir=old-registry/terraform apply
