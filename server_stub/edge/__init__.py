"""HTTP and websockets: operators' sessions, visitors' sessions, resync, the widget."""
