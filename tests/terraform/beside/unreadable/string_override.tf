locals {
  a = "$${"
}
resource "aws_codeartifact_repository" "npm_store" {
  description = "}"
}
locals {
  b = "$${x}"
}
