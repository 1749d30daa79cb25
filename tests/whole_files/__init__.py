"""Whole dataset files in the manner of the public ones, made from a seed; their faults are known by line."""
