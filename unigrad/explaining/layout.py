"""Layout: where Graphviz puts the boxes and arrows of a scene, for a picture that is made without a browser.

The page brings Graphviz along, compiled to WebAssembly, and lays itself out. Here the same file runs in mini-racer, which
``pip install 'unigrad[explain]'`` installs; a Graphviz that is installed on the machine does as well.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
import subprocess
import time
from importlib import resources
from typing import Any, Final

from unigrad.errors import BackendUnavailable

__all__ = ["VERSION", "bundle", "laid_out"]

VERSION: Final = "3.31.0"
"""The version of Viz.js that lies in graphviz/, which has Graphviz 16.1.0 in it."""
_PATIENCE: Final = 30.0

#: What a browser has, and a bare engine has not, as far as Viz.js asks for it.
_SURROUNDINGS: Final = """
globalThis.self = globalThis.window = globalThis;
globalThis.location = {href: "page"};
globalThis.URL = function () { this.href = ""; };
globalThis.console = {log() {}, error() {}};
globalThis.performance = {now: () => 0};
globalThis.TextDecoder = class {
  decode(bytes) { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return decodeURIComponent(escape(text)); }
};
globalThis.TextEncoder = class {
  encode(text) { return Uint8Array.from(unescape(encodeURIComponent(text)), letter => letter.charCodeAt(0)); }
};
"""


def bundle() -> bytes:
    """Viz.js, compressed."""
    return (resources.files("unigrad.explaining") / "graphviz" / f"viz-global-{VERSION}.js.gz").read_bytes()


def laid_out(dot: str) -> dict[str, Any]:
    """Graphviz's JSON for a graph in its language; `BackendUnavailable` where neither mini-racer nor Graphviz is installed."""
    if importlib.util.find_spec("py_mini_racer") is not None:
        return json.loads(_by_engine(dot))  # type: ignore[no-any-return]
    if shutil.which("dot") is not None:
        done = subprocess.run(["dot", "-Tjson"], input=dot, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)  # type: ignore[no-any-return]
    raise BackendUnavailable(
        "a picture is laid out by Graphviz, which is not installed; try: pip install 'unigrad[explain]', or apt-get install "
        "graphviz; the page, .html(), brings it along"
    )


def _by_engine(dot: str) -> str:
    """The layout as JSON, by Viz.js in an engine of its own, which would keep Python from ending if it stayed open."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as engine:
        engine.eval(_SURROUNDINGS)
        engine.eval(gzip.decompress(bundle()).decode("utf-8"))
        engine.eval(
            "Viz.instance().then(made => { globalThis.viz = made; }, error => { globalThis.failure = `${error}`; }); 0"
        )
        end = time.monotonic() + _PATIENCE
        while engine.eval("typeof viz") == "undefined":
            failure = engine.eval("globalThis.failure || ''") or ("no answer" if time.monotonic() > end else "")
            if failure:
                raise BackendUnavailable(
                    f"Graphviz does not start in mini-racer: {failure}; try: apt-get install graphviz"
                )
            time.sleep(0.01)
        return str(engine.eval(f"JSON.stringify(viz.renderJSON({json.dumps(dot)}))"))
