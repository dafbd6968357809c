"""The screens: actions and keymap, widgets, panes, styles. Draws what `opconsole.state` knows; decides nothing about chats."""
