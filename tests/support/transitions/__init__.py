"""Pairs of specs for every row of the transition table, and the real Terraform that runs them."""
