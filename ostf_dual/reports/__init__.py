"""What a run leaves behind, made from its ``RunResult`` alone: files, and a table."""
