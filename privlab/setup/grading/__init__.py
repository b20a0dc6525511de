"""`grade`: handed-in notebooks, the answers in them, their marks, and what a class did.

handed_in reads files; answer_cells finds answers and what they need; guard says what an answer may do; desk judges one
answer in a process of its own, and desks all of them; marks, summary, alike and page make the tables; sheet writes a
notebook of an instructor's own exercises.
"""
