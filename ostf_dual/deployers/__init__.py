"""Where a cloud comes from."""
