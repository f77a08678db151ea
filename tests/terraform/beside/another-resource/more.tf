resource "aws_codeartifact_repository" "again" {
  domain     = aws_codeartifact_domain.this.domain
  repository = "npm-store"
}

resource "aws_codeartifact_repository" "computed" {
  domain     = "acme"
  repository = join("-", ["npm", "store"])
}

resource "aws_codeartifact_repository_permissions_policy" "app" {
  domain          = aws_codeartifact_domain.this.domain
  repository      = aws_codeartifact_repository.app.repository
  policy_document = "{}"
}

resource "aws_codeartifact_domain_permissions_policy" "again" {
  domain          = aws_codeartifact_domain.this.domain
  policy_document = "{}"
}

resource "aws_codeartifact_repository" "elsewhere" {
  domain     = "another"
  repository = "npm-store"
}

resource "aws_codeartifact_repository" "new" {
  domain     = aws_codeartifact_domain.this.domain
  repository = "of-nobody"
}
