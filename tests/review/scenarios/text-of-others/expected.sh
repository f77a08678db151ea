#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[undeclared-deletion] registry/domain.yaml:2:1: the repository '$(touch pwned)' disappears, and with it every package in it
# error[undeclared-deletion] registry/domain.yaml:2:1: the store repository '`@team` <img src=x>' disappears, and with it every package in it

# Domain acme in eu-west-1

# Repository deleted, which nobody has upstream: $(touch pwned), `@team` <img src=x>
# Remedy: keep the repository and its packages, but no longer in this spec (before the apply: afterwards it is too late).
# change the spec, generate, `terraform apply`: list $(touch pwned) in `removed` with `destroy: false`
# change the spec, generate, `terraform apply`: list `@team` <img src=x> in `removed` with `destroy: false`
# change the spec, generate, `terraform apply`: after that, the entry in `removed` may go

# Last upstream removed: app
# Remedy: clear the list by hand (before the apply).
aws codeartifact update-repository --region eu-west-1 --domain acme --repository app --upstreams '[]'

# This apply loses what the review says, for good:
# terraform -chdir=registry/terraform apply
