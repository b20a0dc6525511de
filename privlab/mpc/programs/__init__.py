"""Program files: what each party runs in its own process, started by `privlab.mpc.parties`."""
