"""Plans that are carried out, killed and taken back."""
