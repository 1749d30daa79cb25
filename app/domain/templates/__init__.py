"""Chat templates as they are published: run them, learn their habits, find the replies in a rendering."""
