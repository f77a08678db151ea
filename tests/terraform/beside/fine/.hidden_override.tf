resource "aws_codeartifact_repository" "npm_store" {
}
