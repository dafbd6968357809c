"""Simulated visitors and a scripted operator: they speak the public protocol over real websockets, and behave like people."""
