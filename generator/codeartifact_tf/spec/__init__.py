"""YAML in, `Spec` out, in reading order: source, schema, loader, builder."""
