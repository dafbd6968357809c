"""What is common to all tests."""

from hypothesis import settings

settings.register_profile("house", deadline=None)  # a test never asserts a duration: the machine is shared
settings.load_profile("house")
