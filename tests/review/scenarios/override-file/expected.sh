#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[terraform-overridden] registry/terraform/stores_override.tf:2:1: this changes aws_codeartifact_repository.npm_store: Terraform merges it into what the spec defines
