"""What client and server agree on before encrypted training; nothing of it is secret (lesson 32)."""

import json
import os
import pathlib
from dataclasses import asdict, dataclass

from privlab.he.ckks.parameters import Parameters
from privlab.he.logreg.circuits import Cubic, Training, cubic
from privlab.he.logreg.unrolling import unrolled


@dataclass(frozen=True)
class Job:
    """An encrypted training: a pass takes `minibatches` of `samples` x `samples` numbers, in one unrolled block.

    reach  the sigmoid is replaced by the cubic nearest it from -reach to reach.
    dropped  rotations that are made of two by half, so that they need no key: by default six of thirteen.
    scale_bits, whole_bits, special_bits  as in `Parameters`; the defaults just fit ring 16384 at depth 13.
    """

    minibatches: int = 6
    samples: int = 64
    learning_rate: float = 1.0
    reach: float = 4.0
    dropped: tuple[int, ...] = (2, 8, 32, 256, 1024, 4096)
    scale_bits: int = 27
    whole_bits: int = 6
    special_bits: int = 45

    @property
    def polynomial(self) -> Cubic:
        """The `Cubic` in place of the sigmoid."""
        return cubic(self.reach)

    def training(self) -> Training:
        """The training of one pass."""
        whole = unrolled(
            self.minibatches,
            samples=self.samples,
            features=self.samples,
            learning_rate=self.learning_rate,
            polynomial=self.polynomial,
            unroll=self.minibatches,
        )
        return whole._replace(circuit=whole.circuit.with_fewer_keys(self.dropped))

    def parameters(self) -> Parameters:
        """The parameters for one pass, which uses up every level."""
        return Parameters.for_circuit(
            self.training().circuit,
            scale_bits=self.scale_bits,
            whole_bits=self.whole_bits,
            special_bits=self.special_bits,
        )

    def write(self, path: str | os.PathLike) -> None:
        """Writes the job to a file that `read` reads, whole or not at all."""
        path = pathlib.Path(path)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(json.dumps(asdict(self)))
        partial.replace(path)

    @classmethod
    def read(cls, path: str | os.PathLike) -> "Job":
        """The job in a file. Raises ValueError when that was cut short or holds something else."""
        path = pathlib.Path(path)
        try:
            given = json.loads(path.read_text())
            return cls(**given | {"dropped": tuple(given["dropped"])})
        except (ValueError, TypeError, KeyError):
            raise ValueError(f"{path.name} was cut short or changed on its way: ask for it again") from None
