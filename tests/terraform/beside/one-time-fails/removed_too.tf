removed {
  from = aws_codeartifact_repository.app
}

removed {
  from = aws_codeartifact_repository.old

  lifecycle {
    destroy = true
  }
}
