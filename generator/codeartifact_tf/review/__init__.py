"""What a change does, as people and programs read it in a pull request; a format is a module."""
