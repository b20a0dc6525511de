"""Choices of lesson 90 that several of its tests look at."""

from privlab.lessons.capstone.scenario import Choice

CARELESS = Choice()
SUM = Choice("secure sum", None, 0.25, 15, 5)
OPEN = Choice("secure sum", 3.0, 0.25, 60, 400, True)
WARD = Choice("plain", 8.0, 0.25, 15, 400, True, "activity", to="clinics")
