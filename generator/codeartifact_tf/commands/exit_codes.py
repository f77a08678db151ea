"""The exit codes of the program."""

FINE = 0
FINDINGS = 1
"""There are findings, or files are stale."""
USAGE = 2
"""The command line is wrong, or a file cannot be read or written."""
BUG = 3
"""The fault is ours."""
INTERRUPTED = 130
"""SIGINT ended the program; a shell counts signals from 128 on."""
