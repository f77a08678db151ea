"""Findings and explanations as text for people, programs and forges."""
