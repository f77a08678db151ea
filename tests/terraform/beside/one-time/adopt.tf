import {
  to = aws_codeartifact_repository.app
  id = "arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/app"
}

moved {
  from = aws_codeartifact_repository.before
  to   = aws_codeartifact_repository.npm_store
}

removed {
  from = aws_codeartifact_repository.forgotten

  lifecycle {
    destroy = false
  }
}
