"""The exercises, one file a lesson: stub, hints, check, solution, wrong answers."""
