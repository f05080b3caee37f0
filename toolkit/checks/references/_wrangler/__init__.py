"""Cloudflare Workers: their wrangler configurations, their code and their routes."""
