resource "aws_s3_bucket" "mine" {
  bucket = "mine"
}
