"""The flags for training: scopes, decorators, and their independence of recording."""

from __future__ import annotations

import threading

import unigrad as ug


def test_training_is_off_outside_every_scope():
    assert not ug.is_training()
    with ug.train_mode():
        assert ug.is_training()
        with ug.predict_mode():
            assert not ug.is_training()
        assert ug.is_training()
    assert not ug.is_training()


def test_training_and_recording_do_not_know_each_other():
    with ug.pause(), ug.train_mode():
        assert (ug.is_recording(), ug.is_training()) == (False, True)
        with ug.record():
            assert (ug.is_recording(), ug.is_training()) == (True, True)
    with ug.record():
        assert not ug.is_training()


def test_the_scopes_are_decorators_of_functions_and_generators():
    @ug.train_mode()
    def function():
        return ug.is_training()

    @ug.train_mode()
    def generator():
        yield ug.is_training()
        yield ug.is_training()

    assert function()
    steps = generator()
    assert next(steps)
    assert not ug.is_training()
    assert next(steps)


def test_a_thread_has_flags_of_its_own():
    seen = []
    with ug.train_mode():
        thread = threading.Thread(target=lambda: seen.append(ug.is_training()))
        thread.start()
        thread.join()
    assert seen == [False]
