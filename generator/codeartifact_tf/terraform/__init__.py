"""Terraform in both directions: HCL, the renderer, the reader, and the proof that both agree."""
