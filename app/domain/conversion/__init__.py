"""Conversion of dataset files: any format and shape in, the lines of one shape out."""
