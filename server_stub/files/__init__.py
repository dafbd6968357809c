"""Files that messages carry: what they are (by their bytes), where they are kept, and who looks for viruses in them.

Nothing here opens, unpacks or runs one. Who may bring or have one is judged elsewhere (`filing`, `edge.files`).
"""
