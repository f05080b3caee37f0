"""Terraform configurations: the names, paths and programs in them."""
