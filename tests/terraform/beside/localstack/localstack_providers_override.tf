provider "aws" {
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  region                      = "us-east-1"

  endpoints {
    codeartifact = "http://localhost:4566"
  }
}
