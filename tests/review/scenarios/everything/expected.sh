#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

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
