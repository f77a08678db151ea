"""What a finding is: its place in a file, its words, and the name that was probably meant."""
