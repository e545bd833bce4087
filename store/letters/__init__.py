"""Letters to customers: one template per kind and language, shown as text, Markdown, HTML, mail.

A template is plain text with Jinja fields and four kinds of blocks: `# heading`, `- item`,
`=> link`, and paragraphs, separated by blank lines. Its first line is `Subject: …`.
"""
