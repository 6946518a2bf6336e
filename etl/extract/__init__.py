"""Where articles come from: paths, folders, addresses and standard input become `Article` records.

`documents.documents` finds the raw documents, `article.article_of` reads one of them. Nothing here knows of the
database or of the coder.
"""
