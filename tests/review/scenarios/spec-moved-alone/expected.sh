#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[unowned-terraform] registry/terraform/domain.tf:1:1: 6 generated files of this folder belong to no spec: domain.tf, formats.tf, outputs.tf, providers.tf, repositories.tf and 1 more
