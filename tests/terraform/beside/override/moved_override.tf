moved {
  from = aws_codeartifact_repository.before
  to   = aws_codeartifact_repository.app
}
