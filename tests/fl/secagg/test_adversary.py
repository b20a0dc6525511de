"""Federations under attack, step by step as hypothesis likes: nothing leaks, ever; sums come where they are due.

Two machines. In the first the server is malicious, has accomplices, and asks whatever it likes in any order; after each
step all that it knows is added up, and must separate no honest client's update from the others of a sum. In the second
the server is honest, up to d clients are lost at any stage, and accomplices and a network change, drop, repeat and swap
messages; every round must end with the right sum, or name one of those who spoiled it.
"""

import secrets

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from privlab.fl.secagg.malicious_server import UnrepairedRules
from privlab.fl.secagg.masking import mask, stream
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused, pack_numbers, round_digest, statement, unpack
from privlab.fl.secagg.protocol import Federation
from privlab.fl.secagg.seed_sharing import MISSING, PRIME, pack_shares, rebuild_seed, unpack_shares
from tests.fl.secagg.rounds import changed

SIZES = ((3, 0, 1), (5, 1, 1), (8, 2, 1), (8, 2, 2), (10, 3, 2), (18, 4, 1))  # clients, lost, accomplices
SELDOM = st.sampled_from((False, False, False, True))


def made_up_shares(fields):
    return [pack_shares(secrets.randbelow(PRIME) for _ in range(len(field) // 17)) for field in fields]


def missing_shares(fields):
    return [pack_shares([MISSING] * (len(field) // 17)) for field in fields]


class MaliciousServer(RuleBasedStateMachine):
    """A server that has accomplices, and honest clients who do what the protocol says of whatever it sends them."""

    repaired = True

    @initialize(size=st.sampled_from(SIZES), root=st.binary(min_size=4, max_size=4), data=st.data())
    def begin(self, size, root, data):
        rules = (Rules if self.repaired else UnrepairedRules)(size[0], root, *size[1:])
        rules.__dict__["reach"] = data.draw(st.sampled_from((rules.reach, 2)), "reach")
        self.federation = Federation(rules=rules)
        self.rules, self.server = self.federation.rules, self.federation.server
        everyone, count = st.sampled_from(range(self.rules.clients)), self.rules.accomplices
        self.accomplices = data.draw(st.sets(everyone, min_size=count, max_size=count), "accomplices")
        self.openings = []  # announcements, and by each: its reports, what decryptors hold or gave
        self.reports = {}
        self.agreements = {}
        self.shares = {}
        self.opened = set()

    def ask(self, step, *given):
        try:
            return step(*given)
        except Refused:
            return None

    @rule(content=st.sampled_from((b"a model", b"another model")), again=SELDOM, data=st.data())
    def announce(self, content, again, data):
        """A round, or another announcement with the number of the round before."""
        if again and self.openings:
            number = self.server.round
            fields = pack_numbers([2]), content + bytes([len(self.openings)])
            opening = self.server._keys.message("announcement", *fields, round=number, context=self.server._federation)
        else:
            opening = self.server.announce(2, content)
        self.openings.append(opening)
        key = round_digest(opening)
        self.reports[key], self.agreements[key], self.shares[key] = {}, {}, []

        everyone = st.sampled_from(range(self.rules.clients))
        missing = data.draw(st.sets(everyone, max_size=2), "who is not asked")
        self.reported(opening, set(range(self.rules.clients)) - missing)

    @precondition(lambda self: self.openings)
    @rule(data=st.data())
    def report(self, data):
        """A few more clients, in a round that may be over."""
        everyone = st.sampled_from(range(self.rules.clients))
        opening = data.draw(st.sampled_from(self.openings), "opening")
        self.reported(opening, data.draw(st.sets(everyone, max_size=3), "who is asked"))

    def reported(self, opening, asked):
        for number in sorted(asked):
            report = self.ask(self.federation.clients[number].report, opening, np.zeros(2))
            if report is not None:
                self.reports[round_digest(opening)][number] = unpack(report, "report")

    @precondition(lambda self: any(self.reports.values()))
    @rule(data=st.data(), differing=SELDOM)
    def label(self, data, differing):
        """A list of the server's own making to all decryptors, or to each another one; boxes may be others'."""
        key = data.draw(st.sampled_from([key for key in self.reports if self.reports[key]]), "round")
        everyone, reports = range(self.rules.clients), self.reports[key]
        accomplice = min(self.accomplices)
        beside = set(self.rules.masking_graph[accomplice]) - self.accomplices & set(reports)
        victim = data.draw(st.sampled_from(sorted(beside or reports)), "victim")
        around = set(self.rules.masking_graph[victim]) - {accomplice, victim}

        def story():
            some = data.draw(st.sets(st.sampled_from(everyone), max_size=self.rules.lost + 1), "lost")
            lost = data.draw(st.sampled_from((some, around, (set(everyone) - set(reports)) | some)), "story")
            return [number for number in everyone if number not in lost], sorted(lost)

        online, lost = story()
        for position, number in enumerate(self.rules.committee):
            if differing:
                online, lost = story()
            boxes = [
                reports[i].fields[2 + position] if i in reports else next(iter(reports.values())).fields[2]
                for i in online
            ]
            request = self.signed(
                key, "labels", pack_numbers([number]), pack_numbers(online), pack_numbers(lost), *boxes
            )
            agreement = self.ask(self.federation.clients[number].agree, request)
            if agreement is not None:
                self.agreements[key].setdefault(tuple(online), {})[number] = unpack(agreement, "agreement").fields[0]
        for number in self.accomplices & set(self.rules.committee):  # they sign every list
            for agreed, signatures in self.agreements[key].items():
                signatures[number] = self.federation.clients[number]._keys.sign(statement(key, agreed))

    @precondition(lambda self: any(self.agreements.values()))
    @rule(data=st.data())
    def help(self, data):
        key = data.draw(st.sampled_from([key for key in self.agreements if self.agreements[key]]), "round")
        online = data.draw(st.sampled_from(sorted(self.agreements[key])), "list")
        signatures = self.agreements[key][online]
        shown = pack_numbers(sorted(signatures)), b"".join(signatures[number] for number in sorted(signatures))
        check = self.signed(key, "agreements", *shown)
        for position, number in enumerate(self.rules.committee):
            given = self.ask(self.federation.clients[number].help, check)
            if given is not None:
                self.shares[key].append((position, online, unpack(given, "shares").fields))

    def signed(self, key, kind, *fields):
        number = next(
            unpack(opening, "announcement").round for opening in self.openings if round_digest(opening) == key
        )
        return self.server._keys.message(kind, *fields, round=number, context=key)

    def known_seeds(self, key):
        """The own seeds, and the pairs' by (dealer, other), that the server can rebuild in a round."""
        graph, reports, shares = self.rules.masking_graph, self.reports[key], {}
        for position, online, (own, cut) in self.shares[key]:
            pairs = [(i, j) for i in online for j in graph[i] if j not in online]
            values = unpack_shares(own, len(online), some_missing=True) + unpack_shares(
                cut, len(pairs), some_missing=True
            )
            for name, value in zip([*((i, None) for i in online), *pairs], values):
                shares.setdefault(name, {})[position] = value
        for position, number in enumerate(self.rules.committee):
            if number in self.accomplices:
                for dealer, report in reports.items():
                    accomplice = self.federation.clients[number]
                    row = accomplice._opened(dealer, key, report.fields[2 + position])
                    for name, value in zip([None, *graph[dealer]], row):
                        shares.setdefault((dealer, name), {})[position] = value
        known = set()
        for (dealer, other), held in shares.items():
            if dealer in reports and len(held) > self.rules.threshold:
                place = 0 if other is None else 1 + graph[dealer].index(other)
                committed = reports[dealer].fields[1][32 * place : 32 * place + 32]
                if rebuild_seed(held, self.rules, committed).seed is not None:
                    known.add((dealer, other))
        return known

    @invariant()
    def nothing_separates_two_inputs_with_the_same_sums(self):
        """Groups of honest reports that can be added without a mask: at most one a round, of m honest or more."""
        for key, reports in getattr(self, "reports", {}).items():
            honest = {number for number in reports if number not in self.accomplices}
            known, graph = self.known_seeds(key), self.rules.masking_graph
            bare = {i for i in honest if (i, None) in known}  # their own masks are off
            hidden = {
                (i, j)
                for i in honest
                for j in graph[i]
                if j not in self.accomplices and (i, j) not in known and (j, i) not in known
            }
            groups, left = [], set(bare)
            while left:
                group, todo = set(), [left.pop()]
                while todo:
                    i = todo.pop()
                    group.add(i)
                    todo += [j for j in bare - group if (i, j) in hidden]
                left -= group
                if all(j in group for i in group for j in graph[i] if (i, j) in hidden):
                    groups.append(group)  # no mask leads out of it: its sum is bare
            assert len(groups) <= 1, f"two sums in one round: {groups}"
            assert all(len(group) >= self.rules.honest for group in groups), f"a sum of few: {groups}"
            self.opened |= {key for group in groups}


class Unrepaired(MaliciousServer):
    """The same, of rules that forget accomplices among the clients."""

    repaired = False


class BadNetwork(RuleBasedStateMachine):
    """An honest server; whole rounds in which clients are lost at any stage, and messages changed on their way."""

    @initialize(size=st.sampled_from(SIZES), root=st.binary(min_size=4, max_size=4), data=st.data())
    def begin(self, size, root, data):
        self.federation = Federation(size[0], root, lost=size[1], accomplices=size[2])
        everyone, count = st.sampled_from(range(size[0])), size[2]
        self.accomplices = data.draw(st.sets(everyone, max_size=count), "accomplices")
        self.before = []  # (kind, sender, message) of whatever was sent

    @rule(data=st.data())
    def a_round(self, data):
        federation, rules, server = self.federation, self.federation.rules, self.federation.server
        rng = np.random.default_rng(data.draw(st.integers(0, 2**32), "updates"))
        plain, stages = rng.normal(size=(rules.clients, 3)), ("report", "agreement", "shares")
        barred = len(server.blamed)
        if barred > rules.lost:
            return  # who dealt badly is as good as lost from then on
        losable = st.sampled_from([number for number in range(rules.clients) if number not in server.blamed])
        gone = {}
        if rules.lost > barred:
            gone = data.draw(st.dictionaries(losable, st.sampled_from(stages), max_size=rules.lost - barred), "lost")
        lies = data.draw(st.sampled_from((None, "garbage shares", "no shares", "garbage boxes", "another seed")), "lie")

        def passed(kind, sender, message, take):
            """The network: what a client says comes with forgeries before and after it, or is changed and lost."""
            place = stages.index(kind)
            if sender in gone and stages.index(gone[sender]) <= place:
                if message is None or stages.index(gone[sender]) < place:
                    return
                spoiled = self.spoiled(data, kind, sender, message)
                if spoiled != message:
                    self.refused(take, spoiled)
                return
            if data.draw(st.integers(0, 5), "noise") == 0:
                noise = self.spoiled(data, kind, sender, message)
                if noise != message:
                    self.refused(take, noise)
            take(message)
            self.before.append((kind, sender, message))
            if data.draw(st.integers(0, 5), "repeated") == 0:
                self.refused(take, message)

        opening = server.announce(3)
        for number, client in enumerate(federation.clients):
            if number not in server.blamed:
                report = client.report(opening, plain[number])
                if number in self.accomplices and lies in ("garbage boxes", "another seed"):
                    report = changed(client, report, "report", fields=lambda all: self.badly_dealt(all, lies))
                passed("report", number, report, server.receive)
        dealt_badly = self.accomplices & set(server.online) if lies in ("garbage boxes", "another seed") else set()
        try:
            requests = server.label()
            for number, request in requests.items():
                passed("agreement", number, federation.clients[number].agree(request), server.collect)
            check = server.cross_check()
            for number in requests:
                if number in gone and gone[number] != "shares":
                    continue
                shares = federation.clients[number].help(check)
                if number in self.accomplices and lies in ("garbage shares", "no shares"):
                    made_up = made_up_shares if lies == "garbage shares" else missing_shares
                    shares = changed(federation.clients[number], shares, "shares", fields=made_up)
                passed("shares", number, shares, server.take)
            total = server.total()
        except Refused as error:
            guilty = set(server.blamed) & dealt_badly
            few = rules.quorum < 2 * rules.accomplices + 1  # of a quorum so few need not be right
            assert guilty or (few and "too many of" in str(error)), f"a round must not end so: {error}"
            return
        assert set(server.blamed) <= self.accomplices
        assert np.abs(total - plain[server.online].sum(axis=0)).max() < 1e-8
        assert set(server.doubted) <= self.accomplices or dealt_badly

    def badly_dealt(self, fields, lies):
        if lies == "garbage boxes":
            return (*fields[:2], *(secrets.token_bytes(len(box)) for box in fields[2:]))
        return (fields[0], secrets.token_bytes(len(fields[1])), *fields[2:])

    def spoiled(self, data, kind, sender, message):
        """A message that this sender did not send now: another one's, an old one, a changed one, one nobody signed."""
        how = data.draw(st.sampled_from(("byte", "cut", "longer", "old", "field", "sender", "round", "kind")), "how")
        parts = unpack(message, kind)
        other = next(client for client in self.federation.clients if client.number != sender)
        client = self.federation.clients[sender]
        if how == "byte":
            at = data.draw(st.integers(0, len(message) - 1), "at")
            return message[:at] + bytes([message[at] ^ data.draw(st.integers(1, 255), "by")]) + message[at + 1 :]
        if how == "cut":
            return message[: data.draw(st.integers(0, len(message) - 1), "length")]
        if how == "longer":
            return message + b"0"
        if how == "old" and self.before:
            return data.draw(st.sampled_from(self.before[-20:]), "old")[2]
        if how == "field":
            at = data.draw(st.integers(0, len(parts.fields) - 1), "field")
            fields = (*parts.fields[:at], parts.fields[at] + b"1234", *parts.fields[at + 1 :])
            return changed(client, message, kind, fields=lambda _: fields, sign=other._keys.sign)
        if how == "sender":
            return changed(client, message, kind, sender=other.number)
        if how == "round":
            return changed(client, message, kind, round=parts.round + 1)
        return changed(client, message, kind)[:4] + bytes([2]) + message[5:]

    def refused(self, take, message):
        with pytest.raises(Refused):
            take(message)


def driven(machine, examples, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("machine, examples, steps", [(MaliciousServer, 16, 12), (BadNetwork, 12, 3)])
def test_some_hundred_steps_of_an_adversary(machine, examples, steps):
    driven(machine, examples, steps)


@pytest.mark.slow
@pytest.mark.parametrize("machine, examples, steps", [(MaliciousServer, 460, 20), (BadNetwork, 100, 8)])
def test_ten_thousand_steps_of_an_adversary(machine, examples, steps):
    driven(machine, examples, steps)


@pytest.mark.slow
def test_the_search_finds_what_the_unrepaired_rules_give_away():
    """The positive control: the same search, the rules without the repair."""
    with pytest.raises(AssertionError, match="a sum of few|two sums"):
        driven(Unrepaired, 400, 20)


def test_known_seeds_take_masks_off():
    """The reckoning of the machine is that of the numbers: what it calls bare is bare."""
    seeds = {(0, 1): bytes(16), (0, 2): b"\1" * 16}
    masked = mask(np.array([7, 9], np.uint64), 0, {1: seeds[0, 1], 2: seeds[0, 2]}, b"\2" * 16)
    assert (masked - stream(seeds[0, 1], 2) - stream(seeds[0, 2], 2) - stream(b"\2" * 16, 2)).tolist() == [7, 9]
