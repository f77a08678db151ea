"""What AWS CodeArtifact allows: connections, formats, quotas, actions, package patterns."""
