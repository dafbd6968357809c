"""How hard the tests here try: a part of it in every run of the tests, all of it by `make crash` (it sets `CRASHES=all`)."""

import os
from typing import Final

ALL: Final = os.environ.get("CRASHES") == "all"
