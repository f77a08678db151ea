resource "aws_codeartifact_r\u0065pository" npm_store {
  domain     = "acme"
  repository = "other"
}

output "repositories" {
  value = {}
}

locals {
  repositories = {}
}

provider "aws" {
  region = "us-east-1"
}

terraform {
  required_providers {
    random = {
      source = "hashicorp/random"
    }
  }
}
