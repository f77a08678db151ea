import {
  to = aws_codeartifact_repository.gone
  id = "arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/gone"
}
