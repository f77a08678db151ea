"""What a change means for the domain and for those who use it, without words."""
