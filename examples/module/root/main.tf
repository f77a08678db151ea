# A root module that calls the generated one; this file is written by hand.

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}

module "codeartifact" {
  source = "../terraform"
}

output "repositories" {
  value = module.codeartifact.repositories
}
