"""Ways to write a domain out. A renderer takes a Domain and gives files: name → text."""
