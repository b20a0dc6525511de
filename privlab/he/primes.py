"""Primes for a modulus of CKKS."""


def primes_below(ring, bits):
    """The primes of exactly `bits` bits that leave 1 when divided by 2 * ring, largest first, one after another."""
    step = 2 * ring
    candidate = (2 ** bits - 1) // step * step + 1
    while candidate.bit_length() == bits:
        if is_prime(candidate):
            yield candidate
        candidate -= step


def primes_near(ring, bits, count):
    """At most `count` primes that leave 1 when divided by 2 * ring, those nearest 2^bits, from both sides."""
    step, found = 2 * ring, []
    below = 2 ** bits // step * step + 1
    above = below + step
    while len(found) < count and 2 * below > 2 ** bits:
        found += [each for each in (below, above) if is_prime(each)]
        below, above = below - step, above + step
    return found


def is_prime(number):
    """Whether a number below 2^64 is prime (Miller and Rabin; these bases leave no doubt below 3.3 * 10^24)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if number < 2 or any(number % base == 0 for base in bases):
        return number in bases
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True
