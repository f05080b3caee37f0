"""Results as text, JSON, SARIF, annotations and Markdown: one list, many renderers."""
