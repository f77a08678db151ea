#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# Domain acme in eu-west-1 (gone)

# This apply loses what the review says, for good:
# terraform -chdir=old-registry/terraform apply
