"""Whole screens: the workspace, and what opens over it. Each is imported when it is opened."""
