"""Pictures of strangers made into what a terminal can show. They are decoded in a process of its own, which may take only so much memory, time
and files: `child` is that process, `decoder` our side of it. What is written to the terminal is `opconsole.terminal.pictures`'s.

Light at import: Pillow is imported by the child alone.
"""
