"""Kubernetes manifests: what they define, ask for, open and send to."""
