"""Formulas that fallback kernels and rules of derivatives share: functions of a namespace ``xp`` and of arrays.

They are written with operators and with names of ``xp`` that are primitives, so that they run on the arrays of any library
and on Tensors, where they can be differentiated themselves. Nothing here imports an array library, or anything else of
unigrad.
"""
