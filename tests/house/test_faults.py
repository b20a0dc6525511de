"""The list of faults fits the course as it stands: each can be planted, and names tests that are there."""

from benchmarks.mutants import ROOT, faults

ROOMS = {"checks", "data", "dp", "ground", "he", "lab", "ml", "mpc", "gradients", "secagg", "text", "wild"}
LEAST = 120  # hand-made faults over all rooms


def test_every_fault_can_be_planted_and_names_tests_that_are_there():
    offenders = []
    for fault in faults():
        text = (ROOT / fault.file).read_text(encoding="utf-8")
        if text.count(fault.old) != 1:
            offenders.append(f"{fault}: its old text stands {text.count(fault.old)} times in the file")
            continue
        try:
            compile(text.replace(fault.old, fault.new), fault.file, "exec")
        except SyntaxError:
            offenders.append(f"{fault}: with it the file cannot be read")
        missing = [test for test in fault.tests if not (ROOT / test.partition("::")[0]).is_file()]
        if missing or not fault.tests or fault.old == fault.new:
            offenders.append(f"{fault}: it changes nothing, or no test could see it: {missing}")
    assert not offenders, "write these faults of tests/faults anew:\n" + "\n".join(offenders)


def test_there_are_faults_of_every_room_and_none_twice():
    every = faults()
    assert {fault.room for fault in every} == ROOMS and len(every) >= LEAST
    changes = [(fault.file, fault.old, fault.new) for fault in every]
    assert len(set(changes)) == len(every) == len({str(fault) for fault in every})
