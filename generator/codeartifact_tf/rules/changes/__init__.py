"""The rules about a change, one file each."""
