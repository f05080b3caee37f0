"""What the commands decide; nothing here prints, and only journaled plans and installs change anything."""
