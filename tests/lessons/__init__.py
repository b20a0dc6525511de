"""Tests of lessons: their exercises, and the wrong answers that each check must recognise."""
