"""The doctor's reports."""
