# Terraform merges this.
resource "aws_codeartifact_repository" "npm_store" {
  external_connections {
    external_connection_name = "public:pypi"
  }

  lifecycle {
    prevent_destroy = false
  }
}
