#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[domain-lost] registry/domain.yaml:1:16: Domain renamed; lost: all packages of the domain

# Domain acme-packages in eu-west-1

# Domain renamed
# Remedy: keep the domain as it is (before the apply: afterwards it is too late).
# change the spec, generate, `terraform apply`: take the change back
# later: for another name write a second spec, in a folder of its own; publish the packages there, point the builds to it, and delete the old domain when nobody asks for it any more

# This apply loses what the review says, for good:
# terraform -chdir=registry/terraform apply
