"""Records of a dataset in all their dialects, read to one canonical conversation."""
