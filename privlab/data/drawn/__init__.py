"""Letters drawn on this machine, from Hershey's stroke fonts and handwritten forms of our own."""
