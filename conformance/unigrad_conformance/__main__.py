"""``python -m unigrad_conformance``."""

import sys

from unigrad_conformance.cli import main

sys.exit(main())
