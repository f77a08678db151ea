#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# Domain acme in eu-west-1

# `terraform_label` changed: alpha, beta
# Remedy: tell Terraform that it moved (before the apply: afterwards it is too late).
cat > registry/terraform/moved.tf <<'EOF'
moved {
  from = aws_codeartifact_repository.alpha
  to   = aws_codeartifact_repository.one
}

moved {
  from = aws_codeartifact_repository.beta
  to   = aws_codeartifact_repository.two
}
EOF

# With the new spec:
terraform -chdir=registry/terraform apply
