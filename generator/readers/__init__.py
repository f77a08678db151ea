"""Other ways to obtain a Domain than from YAML."""
