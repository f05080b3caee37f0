"""Which cloud provider keeps a folder: a door to :mod:`toolkit.system.owner`, which checks use too."""

from toolkit.system.owner import Owner, identify

__all__ = ["Owner", "identify"]
