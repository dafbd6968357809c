"""`python -m opconsole` is `opconsole`."""

import sys

from opconsole.cli import main

sys.exit(main())
