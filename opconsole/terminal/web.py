"""The console in a browser's tab: Textual's driver for that, with our keyboard in it, and an end when the server has ended.

Private API of Textual: what `run_input_thread` here uses of `WebDriver` (`_input_reader`, `_on_meta`, `_debug`, `_ExitInput`), and
`ByteStream`. Guarded by `tests/unit/terminal/test_web.py`. Chosen by the variable TEXTUAL_DRIVER (see `driver_class`).
"""

from codecs import getincrementaldecoder

from textual import events, messages
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver, _ExitInput

from opconsole.terminal.keyboard import Keyboard


class WebTerminal(WebDriver):
    def start_application_mode(self) -> None:
        super().start_application_mode()
        # Textual's begins as one that nobody looks at, and the browser tells only of changes: a tab that opens is looked at.
        self._app.call_later(self._app.post_message, events.AppFocus())

    def run_input_thread(self) -> None:
        keyboard = Keyboard(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        stream = ByteStream()
        try:
            for data in self._input_reader:
                for kind, payload in stream.feed(data) if data else ():
                    if kind == "D":
                        for message in keyboard.feed(decode(payload)):
                            self.process_message(message)
                    else:
                        self._on_meta(kind, payload)
                for message in keyboard.tick():
                    self.process_message(message)
        except _ExitInput:
            pass
        finally:
            self._input_reader.close()
            if not self.exit_event.is_set():  # who served us is gone: nobody looks any more
                self._app.post_message(messages.ExitApp())
