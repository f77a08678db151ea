locals {
  a = <<EOT
x
EOT  
}
resource "aws_codeartifact_repository" "npm_store" {
}
locals {
  b = <<EOT
EOT
}
