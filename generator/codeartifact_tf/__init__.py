"""AWS CodeArtifact domains as reviewed code: YAML in, proven Terraform out."""

__version__ = "0.1.0"
