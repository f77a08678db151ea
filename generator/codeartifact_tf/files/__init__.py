"""What touches disk and git: reading trees, globs, the output folder, diffs, the proof cache."""
