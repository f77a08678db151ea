resource "aws_s3_bucket" "mine" {
}

moved {
  from = aws_s3_bucket.before
  to   = aws_s3_bucket.mine
}

import {
  to = aws_codeartifact_repository.app
  id = "arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/app"
}
