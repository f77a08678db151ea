"""The rules about a spec, one file each."""
