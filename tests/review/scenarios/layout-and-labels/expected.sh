#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[domain-lost] registry/domain.yaml:1:16: layout: root changed to module; lost: all packages of the domain

# Domain acme in eu-west-1

# `layout: root` changed to `module`
# Remedy: tell Terraform, in the configuration that calls the module NAME, what moved (before the apply: afterwards it is too late).
# cat > registry/terraform/moved.tf <<'EOF'
# moved {
#   from = aws_codeartifact_domain.this
#   to   = module.NAME.aws_codeartifact_domain.this
# }
#
# moved {
#   from = aws_codeartifact_repository.alpha
#   to   = module.NAME.aws_codeartifact_repository.alpha
# }
#
# moved {
#   from = aws_codeartifact_repository.beta
#   to   = module.NAME.aws_codeartifact_repository.beta
# }
# EOF

# This apply loses what the review says, for good:
# terraform -chdir=registry/terraform apply
