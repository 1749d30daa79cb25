"""Masks beside those of TRL, and under the templates that TRL, axolotl and mistral-common know."""
