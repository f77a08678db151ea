terraform {
  required_version = ">= 1.7.0"

  backend "s3" {
    bucket = "state"
  }
}
