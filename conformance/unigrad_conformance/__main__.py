"""``python -m unigrad_conformance``."""

import sys

from unigrad_conformance.command import main

sys.exit(main())
