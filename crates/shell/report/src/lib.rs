//! What is told: figures, terminal text, Markdown and HTML reports.
