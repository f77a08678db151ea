"""The commands, a file each: plain arguments in, printed text and an exit code out."""
