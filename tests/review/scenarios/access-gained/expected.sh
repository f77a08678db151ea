#!/usr/bin/env bash
# The remedies of `codeartifact-tf review`, in the order to run them. Read them before you run them:
# what needs a hand is a comment.
set -euo pipefail

# error[access-gained] registry/domain.yaml:10:42: account 999999999999 gains everything at the domain and all its repositories
# error[access-gained] registry/domain.yaml:11:9: everyone on AWS may gain everything except DeleteDomain, DeleteDomainPermissionsPolicy, DescribeDomain, GetAuthorizationToken, GetDomainPermissionsPolicy, ListRepositoriesInDomain and PutDomainPermissionsPolicy at the domain and all its repositories; depends on the condition IpAddress aws:SourceIp: 203.0.113.0/24; the policy alone does not decide this, so it counts as a gain
# error[access-gained] registry/domain.yaml:22:17: arn:aws:iam::444455556666:role/ci gains `publish` at repository releases
# error[access-gained] registry/domain.yaml:28:17: 2 accounts gain `publish` and ReadFromRepository at repository partners; 222233334444, 333344445555
