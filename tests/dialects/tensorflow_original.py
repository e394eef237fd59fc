"""What TensorFlow itself gives for the rows: ``python tensorflow_original.py > tensorflow_original.json``, where it is installed."""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

if __name__ == "__main__":
    import tensorflow
    from tensorflow_rows import outcome, rows

    results = {text: outcome(tensorflow, text) for text in rows().values()}
    json.dump({"version": tensorflow.__version__, "results": results}, sys.stdout, indent=0)
