"""The one place that writes escape sequences: notifications, clipboard, title; and reads keys: keyboard layouts."""
