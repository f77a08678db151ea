moved {
  from = aws_codeartifact_repository.app
  to   = aws_codeartifact_repository.npm_store
}

moved {
  from = aws_codeartifact_repository.before
  to   = aws_codeartifact_repository.gone
}
