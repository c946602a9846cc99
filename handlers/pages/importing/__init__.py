"""The import of a CSV.

- imports.py is the upload, the preview, the confirmation and what came of it; it shows what import_views.py looks up, and
  gives the files of import_downloads.py.
- upload_pass.py lets large files in.
"""
