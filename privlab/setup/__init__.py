"""What `python -m privlab` does before and around the lessons: packages, workbook, JupyterLab, tests, doctor."""
