provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

data "aws_codeartifact_repository_endpoint" "app" {
  domain     = aws_codeartifact_domain.this.domain
  repository = aws_codeartifact_repository.app.repository
  format     = "npm"
}

locals {
  text = <<-EOT
    resource "aws_codeartifact_repository" "npm_store" {
    }
  EOT
  braces = "$${x} %%{y}"
}

output "endpoint" {
  value = "${data.aws_codeartifact_repository_endpoint.app.repository_endpoint}${local.text}"
}
