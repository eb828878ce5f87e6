"""What RPS keeps. Amounts are cents, times are ticks (times.py)."""

from __future__ import annotations

from dataclasses import dataclass, field

from times import MINUTE

TIME_TO_PAY = 15 * MINUTE


@dataclass
class Waiver:
    ref: str
    cents: int
    clerk: str
    at: int
    # The seed does not say it.
    channel: str | None


@dataclass
class Charge:
    number: str
    patron: str
    card: str | None
    loan: str | None
    purpose: str
    description: str | None
    cents: int
    at: int
    due: str | None
    channel: str
    changed: int
    version: int = 1
    waivers: list[Waiver] = field(default_factory=list)
    # Every order that the charge is or was in.
    orders: list[Order] = field(default_factory=list)

    @property
    def paid(self) -> int:
        """Payments less refunds. Money that came late is no payment."""
        lines = (order.line(self.number) for order in self.orders if order.state == 'Paid')
        return sum(line.cents - line.refunded for line in lines if line is not None)

    @property
    def waived(self) -> int:
        return sum(waiver.cents for waiver in self.waivers)

    @property
    def outstanding(self) -> int:
        return self.cents - self.paid - self.waived

    @property
    def pending(self) -> Order | None:
        return next((order for order in self.orders if order.state == 'Pending'), None)

    @property
    def state(self) -> str:
        if self.outstanding == 0:
            return 'Waived' if self.paid == 0 else 'Settled'
        return 'Open' if self.paid == 0 and self.waived == 0 else 'PartPaid'

    def touch(self, at: int) -> None:
        self.version += 1
        self.changed = at


@dataclass
class Line:
    charge: str
    cents: int
    refunded: int = 0


@dataclass
class Refund:
    number: str
    ref: str | None
    lines: list[Line]
    at: int
    clerk: str | None
    reason: str | None
    automatic: bool
    channel: str | None

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


@dataclass
class Method:
    """A payment method as it was sent: its attributes, and its children with None where one was nil."""

    type: str
    attributes: dict[str, str]
    children: dict[str, str | None]


@dataclass
class Order:
    number: str
    ref: str
    patron: str
    method: Method
    lines: list[Line]
    channel: str
    note: str | None
    created: int
    state: str = 'Pending'
    paid: int | None = None
    ended: int | None = None
    refunds: list[Refund] = field(default_factory=list)
    version: int = 1
    changed: int = 0

    @property
    def pay_by(self) -> int:
        return self.created + TIME_TO_PAY

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    def line(self, charge: str) -> Line | None:
        return next((line for line in self.lines if line.charge == charge), None)


@dataclass(frozen=True)
class Change:
    """A row of ListChanges, which is also the journal's record of an effect."""

    seq: int
    type: str
    at: int
    patron: str
    ref: str | None
    order: str | None
    charges: tuple[str, ...]
    cents: int
    clerk: str | None
    reason: str | None
    # The machine's time at which it was applied.
    applied: int


@dataclass(frozen=True)
class Credit:
    number: str
    patron: str
    cents: int
    remaining: int
    reason: str | None
    at: int
    expires: str | None
