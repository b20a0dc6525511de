"""Many devices in one process, which differ as real ones do (lesson 54)."""
