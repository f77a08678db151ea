#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[assertion] registry/domain.yaml:20:24: repository 'hidden' must not reach 'public:pypi' (PyPI is not vetted), but does: hidden → pypi-store → public:pypi
# error[assertion] registry/teams/payments.yaml:3:33: repository 'payments' must not reach 'public:pypi' (PyPI is not vetted), but does: payments → pypi-store → public:pypi
