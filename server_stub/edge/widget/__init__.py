"""What a visitor's browser gets from the relay: the chat widget (one script) and a sample shop that uses it.

`routes.add_widget_routes(app)` is all that the edge needs. Nothing here knows the desk or the journal: the widget speaks
`opconsole/wire/visitor.py` over the websocket like any other client.
"""
