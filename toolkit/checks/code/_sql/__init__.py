"""Schemas of databases, as migrations and models make them, and the queries that ask them."""
