"""Environment variables: what programs need, and what files and manifests give."""
