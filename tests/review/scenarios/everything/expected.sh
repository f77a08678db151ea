#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[blast-radius] registry/domain.yaml:2:23: the resolution of 11 of 22 repositories changes (50.0 %); the limit is 20% (registry/domain.yaml:2:23)
# error[undeclared-deletion] registry/domain.yaml:4:1: the repository 'legacy' disappears, and with it every package in it; 6 repositories search it: app-1, app-2, app-3, app-4, app-5 and 1 more

# Domain acme in eu-west-1

# `terraform_label` changed: archive
# Remedy: tell Terraform that it moved (before the apply: afterwards it is too late).
cat > registry/terraform/moved.tf <<'EOF'
moved {
  from = aws_codeartifact_repository.archive
  to   = aws_codeartifact_repository.attic
}
EOF

# Repository deleted together with the references to it: legacy, scratch
# There is no remedy; the findings say what to do instead.

# Connection changed for another: vendor
# Remedy: disassociate by hand (before the apply).
aws codeartifact disassociate-external-connection --region eu-west-1 --domain acme --domain-owner 111122223333 --repository vendor --external-connection public:crates-io

# Last upstream removed: tools
# Remedy: clear the list by hand (before the apply).
aws codeartifact update-repository --region eu-west-1 --domain acme --domain-owner 111122223333 --repository tools --upstreams '[]'

# This apply loses what the review says, for good:
# terraform -chdir=registry/terraform apply
