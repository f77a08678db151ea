output "domain" {
  value = "other"
}

locals {
  mine        = 1
  formats_app = toset(["pypi"])
}
