"""How the kernels are compiled: once, kept in numba's cache, and inlined into each other."""

from __future__ import annotations

from numba import njit

# A state is some fifty arrays. Without reference counting (the kernels allocate nothing) and with
# the small functions inlined, a question costs 10 ns instead of 400. Wrappers for Python are
# compiled only for the functions that Python calls.
_OPTIONS = {"cache": True, "error_model": "numpy", "_nrt": False}
_HIDDEN = _OPTIONS | {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
entry = njit(**_OPTIONS)
inner = njit(**_HIDDEN)
inlined = njit(**_HIDDEN, forceinline=True)
vectorised = njit(**_HIDDEN, fastmath=True)
