// The entry: reads the tag, makes the widget.
document.documentElement.dataset.opconsole = String(STYLE.length);
