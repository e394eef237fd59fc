"""The plugins: discovery by real metadata, each failure named in a whole sentence, and the others unharmed."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import warnings

import numpy
import pytest

from unigrad import plugins
from unigrad.errors import BackendUnavailable, MissingKernel, PluginConflict, PluginWarning, UnknownBackend, UnknownHook

GOOD = """
from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl

@hookimpl
def unigrad_backend():
    return Backend({name!r}, array_module="numpy", requires="numpy", owns=("{module}",))
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a distribution with one plugin on the path, as pip would, and discover anew."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(entry, source, *, distribution=None, module=None):
        distribution, module = distribution or f"dist_{entry}", module or f"plugin_{entry}"
        info = tmp_path / f"{distribution}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[unigrad]\n{entry} = {module}\n")
        (tmp_path / f"{module}.py").write_text(source)
        modules.append(module)
        plugins.forget()

    modules: list[str] = []
    plugins.forget()
    yield install
    monkeypatch.undo()
    plugins.forget()
    plugins.backends()  # where kernels that were lent are taken back
    for module in modules:
        sys.modules.pop(module, None)


def test_the_four_backends_are_registered_by_unigrad_itself():
    assert {"numpy", "torch", "jax", "cupy"} <= set(plugins.backends())
    assert plugins.origin("torch").startswith("unigrad ")
    assert plugins.origin("torch").endswith(" (unigrad_torch)")


def test_an_unknown_backend_lists_the_known(monkeypatch):
    with pytest.raises(UnknownBackend) as caught:
        plugins.backend("tpu")
    assert str(caught.value) == f"no backend named 'tpu'; known: {', '.join(plugins.backends())}"


def test_a_plugin_from_outside_is_found(install):
    install("extra", GOOD.format(name="extra", module="extralib"))
    assert plugins.backend("extra").name == "extra"
    assert plugins.origin("extra") == "dist_extra 1.0 (plugin_extra)"
    assert "numpy" in plugins.backends()


def test_a_backend_found_again_is_the_same_object(install):
    before = plugins.backend("numpy")
    install("extra", GOOD.format(name="extra", module="extralib"))
    assert plugins.backend("numpy") is before


def test_a_plugin_that_fails_to_import_is_a_warning_and_the_others_load(install):
    install("bad", "import no_such_library_at_all")
    with pytest.warns(PluginWarning) as caught:
        assert plugins.backend("numpy").name == "numpy"
    assert [str(each.message) for each in caught] == [
        "the plugin 'bad', dist_bad 1.0 (plugin_bad), did not load and is left out: "
        "ModuleNotFoundError: No module named 'no_such_library_at_all'"
    ]
    assert isinstance(plugins.failures()["bad"], ModuleNotFoundError)
    with pytest.raises(BackendUnavailable) as error:
        plugins.backend("bad")
    assert str(error.value) == (
        "the plugin of backend 'bad', dist_bad 1.0 (plugin_bad), did not load: "
        "ModuleNotFoundError: No module named 'no_such_library_at_all'"
    )
    assert isinstance(error.value.__cause__, ModuleNotFoundError)


def test_a_plugin_whose_hook_fails_is_a_warning_too(install):
    install("odd", GOOD.format(name="odd", module="oddlib").replace("return Backend", "1 / 0 #"))
    with pytest.warns(PluginWarning) as caught:
        assert "odd" not in plugins.backends()
    assert [str(each.message) for each in caught] == [
        "the plugin 'odd', dist_odd 1.0 (plugin_odd), did not load and is left out: ZeroDivisionError: division by zero"
    ]


def test_a_hook_that_returns_something_else_is_told_what_was_wanted(install):
    install("odd", "from unigrad.hookspecs import hookimpl\n@hookimpl\ndef unigrad_backend():\n    return 'numpy'\n")
    with pytest.warns(PluginWarning) as caught:
        plugins.backends()
    assert str(caught[0].message) == (
        "the plugin 'odd', dist_odd 1.0 (plugin_odd), did not load and is left out: "
        "TypeError: 'unigrad_backend' is to return a unigrad.backend.Backend, not 'str'"
    )


def test_two_plugins_of_one_name_are_both_named_and_the_others_load(install):
    install("one", GOOD.format(name="twin", module="lib1"))
    install("two", GOOD.format(name="twin", module="lib2"))
    assert plugins.backend("numpy").name == "numpy"
    assert "twin" not in plugins.backends()
    with pytest.raises(PluginConflict) as caught:
        plugins.backend("twin")
    assert sorted(str(caught.value).partition(": ")[2].partition(";")[0].split(" and ")) == [
        "dist_one 1.0 (plugin_one)",
        "dist_two 1.0 (plugin_two)",
    ]
    assert str(caught.value).startswith("two plugins declare a backend 'twin': ")
    assert str(caught.value).endswith("; uninstall one of them")
    assert isinstance(plugins.failures()["twin"], PluginConflict)


def test_a_second_numpy_does_not_replace_the_first_without_a_word(install):
    install("mine", GOOD.format(name="numpy", module="lib3"))
    with pytest.raises(PluginConflict, match="two plugins declare a backend 'numpy'"):
        plugins.backend("numpy")


def test_a_misspelt_hook_is_an_error_that_names_it_and_the_way_out(install, monkeypatch):
    install("typo", GOOD.format(name="typo", module="typolib").replace("def unigrad_backend", "def unigrad_backnd"))
    with pytest.raises(UnknownHook) as caught:
        plugins.backend("numpy")
    assert str(caught.value) == (
        "the plugin 'typo', dist_typo 1.0 (plugin_typo), implements a hook 'unigrad_backnd', which does not exist; "
        "known: 'unigrad_backend', 'unigrad_kernels', 'unigrad_oracles', 'unigrad_primitives'; "
        "rename it, or set UNIGRAD_DISABLED_PLUGINS=typo to do without the plugin"
    )
    monkeypatch.setenv("UNIGRAD_DISABLED_PLUGINS", "typo")
    plugins.forget()
    assert plugins.backend("numpy").name == "numpy"


def test_a_disabled_plugin_is_not_even_imported(install, monkeypatch):
    install("bad", "raise SystemExit('imported')")
    monkeypatch.setenv("UNIGRAD_DISABLED_PLUGINS", "jax, bad")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "jax" not in plugins.backends()
    with pytest.raises(UnknownBackend) as caught:
        plugins.backend("bad")
    assert str(caught.value) == "no backend named 'bad'; it is disabled by UNIGRAD_DISABLED_PLUGINS=jax, bad"


def test_without_any_plugin_the_cure_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: ())
    plugins.forget()
    try:
        with pytest.raises(UnknownBackend) as caught:
            plugins.backend("numpy")
    finally:
        plugins.forget()
    assert str(caught.value) == (
        "no backend named 'numpy'; none is registered: install unigrad with pip, which registers them"
    )


def test_a_type_belongs_to_the_backend_that_owns_its_module():
    class Sub(numpy.ndarray):
        pass

    assert plugins.backend_of_type(numpy.ndarray).name == "numpy"
    assert plugins.backend_of_type(numpy.float32).name == "numpy"
    assert plugins.backend_of_type(Sub).name == "numpy"
    assert plugins.backend_of_type(float) is None
    assert plugins.backend_of_type(list) is None


# -- primitives, kernels and oracles

HOOK = """
from unigrad.hookspecs import hookimpl

@hookimpl
def {hook}():
    return {answer!r}
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Put a module on the path that is forgotten after the test."""

    def module(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)

    return module


def test_primitives_are_imported_when_they_are_asked_for(install, module):
    module("cards_of_a_test", "")
    install("geo", HOOK.format(hook="unigrad_primitives", answer="cards_of_a_test"))
    plugins.backends()
    assert "cards_of_a_test" not in sys.modules
    plugins.load_primitives()
    assert "cards_of_a_test" in sys.modules


def test_primitives_that_fail_are_a_warning_and_the_others_load(install, module):
    module("good_cards", "")
    install("bad", HOOK.format(hook="unigrad_primitives", answer="no_such_cards"))
    install("good", HOOK.format(hook="unigrad_primitives", answer="good_cards"))
    with pytest.warns(PluginWarning) as caught:
        plugins.load_primitives()
    assert [str(each.message) for each in caught] == [
        "the primitives of the plugin 'bad', dist_bad 1.0 (plugin_bad), in 'no_such_cards' are left out: "
        "ModuleNotFoundError: No module named 'no_such_cards'"
    ]
    assert "good_cards" in sys.modules
    plugins.load_primitives()  # which says nothing twice


@pytest.mark.parametrize(
    ("hook", "answer", "message"),
    [
        ("unigrad_primitives", ["a", "b"], "'unigrad_primitives' is to name a module, as 'package.module'; it gave ['a', 'b']"),
        ("unigrad_oracles", 1, "'unigrad_oracles' is to name a module, as 'package.module'; it gave 1"),
        ("unigrad_kernels", "numpy", "'unigrad_kernels' is to return modules by backend, not 'str'"),
        ("unigrad_kernels", {"numpy": 1}, "'unigrad_kernels' is to name a module, as 'package.module'; it gave 1"),
    ],
)  # fmt: skip
def test_a_hook_that_names_no_module_is_told_what_was_wanted(install, hook, answer, message):
    install("odd", HOOK.format(hook=hook, answer=answer))
    with pytest.warns(PluginWarning) as caught:
        plugins.backends()
    assert [str(each.message) for each in caught] == [
        f"the plugin 'odd', dist_odd 1.0 (plugin_odd), did not load and is left out: TypeError: {message}"
    ]


def lent(name):
    """A kernel of NumPy's namespace; what plugins lend comes and goes with them."""
    return getattr(plugins.backend("numpy").xp, name)


def test_a_kernel_and_a_fallback_are_lent_to_a_namespace_that_is_built_and_taken_back(install, module, tmp_path):
    module("lent_on_numpy", "__all__ = ['sigmoid']\ndef sigmoid(x):\n    return 'lent'\nhidden = sigmoid\n")
    module("lent_to_all", "__all__ = ['sin', 'only_here']\ndef only_here(xp, x):\n    return xp, x\nsin = only_here\n")
    before, sin, xp = lent("sigmoid"), lent("sin"), plugins.backend("numpy").xp
    install("geo", HOOK.format(hook="unigrad_kernels", answer={"numpy": "lent_on_numpy", "fallbacks": "lent_to_all"}))
    assert lent("sigmoid")(0.0) == "lent"
    assert lent("only_here")(1.0) == (xp, 1.0)
    assert lent("sin") is sin
    assert not hasattr(xp, "hidden")
    for info in tmp_path.glob("*.dist-info"):
        info.rename(tmp_path / "gone")
    plugins.forget()
    assert lent("sigmoid").func is before.func
    with pytest.raises(MissingKernel):
        plugins.backend("numpy").kernel("only_here")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("x = 1", "AttributeError: it has no __all__, which is to list what 'lent_wrongly' lends"),
        ("__all__ = ['y']", "AttributeError: module 'lent_wrongly' has no attribute 'y'"),
    ],
)
def test_kernels_that_fail_are_a_warning_and_the_library_s_own_remain(install, module, source, reason):
    sigmoid = lent("sigmoid")
    module("lent_wrongly", source)
    install("bad", HOOK.format(hook="unigrad_kernels", answer={"numpy": "lent_wrongly"}))
    with pytest.warns(PluginWarning) as caught:
        assert lent("sigmoid") is sigmoid
    assert [str(each.message) for each in caught] == [
        "the kernels for 'numpy' of the plugin 'bad', dist_bad 1.0 (plugin_bad), in 'lent_wrongly' are left out: " + reason
    ]  # fmt: skip


def test_kernels_that_ask_for_the_backend_that_they_are_for_are_told_so_and_nothing_hangs(install, module, tmp_path):
    module("lent_too_early", "import unigrad\n__all__ = []\nunigrad.asarray(1.0)\n")
    install("bad", HOOK.format(hook="unigrad_kernels", answer={"numpy": "lent_too_early"}))
    code = "import unigrad as ug; print(ug.asarray(2.0).item())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )
    assert done.stdout == "2.0\n"
    assert "backend 'numpy' is asked for while a module with kernels for it is imported" in done.stderr


def test_two_plugins_that_lend_one_kernel_are_both_named_and_the_first_is_taken(install, module):
    module("lent_first", "__all__ = ['sigmoid']\ndef sigmoid(x):\n    return 'first'\n")
    module("lent_second", "__all__ = ['sigmoid']\ndef sigmoid(x):\n    return 'second'\n")
    install("one", HOOK.format(hook="unigrad_kernels", answer={"numpy": "lent_first"}))
    install("two", HOOK.format(hook="unigrad_kernels", answer={"numpy": "lent_second"}))
    with pytest.warns(PluginWarning) as caught:
        kernel = lent("sigmoid")
    (message,) = [str(each.message) for each in caught]
    first, second = ("one", "two") if kernel(0.0) == "first" else ("two", "one")
    assert message.startswith(f"the kernels for 'numpy' of the plugin '{second}', ")
    assert message.endswith(f"'sigmoid' is among those of dist_{first} 1.0 (plugin_{first}) already")


def test_oracles_are_found_by_the_primitives_name(install, module):
    module("spelled_in_numpy", "__all__ = ['twice']\ndef twice(x):\n    return 2 * x\n")
    install("geo", HOOK.format(hook="unigrad_oracles", answer="spelled_in_numpy"))
    assert plugins.oracles()["twice"](3) == 6
