"""What is to be there: frozen values, no SDK, no pytest."""
