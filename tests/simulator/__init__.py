"""A FUSE file system whose files can be evicted, the way cloud providers evict them on macOS."""
