"""RPS's ledger. Whoever calls holds `lock`, and calls `settle` first, so that the time that has passed has its effect."""

import re
import threading

from records import Change, Charge, Credit, Line, Method, Order, Refund, Waiver
from times import DAY, Clock, business_date, machine_now, parse_time

KEPT = 400 * DAY
_LEAST_PART = 100


class Refusal(Exception):
    """A BusinessFault."""

    def __init__(self, code: str, charge: str | None = None, order: str | None = None):
        super().__init__(code)
        self.code = code
        self.charge = charge
        self.order = order


class Ledger:
    def __init__(self, clock: Clock):
        self.lock = threading.RLock()
        self.clock = clock
        self.charges: dict[str, Charge] = {}
        self.orders: dict[str, Order] = {}
        self.credits: list[Credit] = []
        self.changes: list[Change] = []
        # What each reference led to: the order of an order's or a refund's reference, or a waiver's row.
        self.references: dict[str, Order | Change] = {}
        self._refunds = 0

    def __getstate__(self) -> dict:
        return {name: value for name, value in vars(self).items() if name != 'lock'}

    def __setstate__(self, state: dict) -> None:
        vars(self).update(state, lock=threading.RLock())

    def by_reference(self, ref: str) -> Order | None:
        """The order with this reference of its own. References of refunds and waivers find nothing."""
        found = self.references.get(ref)
        return found if isinstance(found, Order) and found.ref == ref else None

    def kept_changes(self) -> list[Change]:
        oldest = self.clock.now() - KEPT
        return [change for change in self.changes if change.at >= oldest]

    def knows(self, patron: str) -> bool:
        return any(one.patron == patron for one in (*self.charges.values(), *self.credits))

    def settle(self) -> None:
        """Lets the orders expire whose time has passed."""
        now = self.clock.now()
        late = [order for order in self.orders.values() if order.state == 'Pending' and order.pay_by <= now]
        for order in sorted(late, key=lambda order: order.pay_by):
            self._end(order, 'Expired', order.pay_by)

    # What the service does

    def create(
        self,
        ref: str,
        patron: str,
        lines: list[Line],
        method: Method,
        note: str | None,
        channel: str,
        clerk: str | None,
    ) -> Order:
        for line in lines:
            self._check_payable(patron, line)
        now = self.clock.now()
        order = Order(self._order_number(now), ref, patron, method, lines, channel, note, now, changed=now)
        self.add_order(order, clerk)
        return order

    def cancel(self, number: str, clerk: str | None, reason: str | None) -> Order:
        order = self._order(number)
        if order.state != 'Pending':
            raise Refusal('OrderNotPending', order=number)
        self._end(order, 'Cancelled', self.clock.now(), clerk, reason)
        return order

    def waive(
        self, ref: str, number: str, cents: int | None, clerk: str, reason: str, channel: str | None, at: int | None = None
    ) -> Charge:
        charge = self._open_charge(number)
        if cents is not None and cents > charge.outstanding:
            raise Refusal('AmountMismatch', number)
        now = self.clock.now() if at is None else at
        waiver = Waiver(ref, charge.outstanding if cents is None else cents, clerk, now, channel)
        charge.waivers.append(waiver)
        charge.touch(now)
        self.references[ref] = self._record(
            'ChargeWaived', now, charge.patron, ref, None, [number], waiver.cents, clerk, reason
        )
        return charge

    def refund(
        self, ref: str, number: str, lines: list[Line], clerk: str, reason: str, channel: str, at: int | None = None
    ) -> Order:
        order = self._order(number)
        if order.state != 'Paid':
            raise Refusal('OrderNotPaid', order=number)
        for line in lines:
            paid = order.line(line.charge)
            if paid is None:
                raise Refusal('ChargeNotInOrder', line.charge, number)
            if line.cents > paid.cents - paid.refunded:
                raise Refusal('RefundTooLarge', line.charge, number)
        self._pay_back(order, lines, self.clock.now() if at is None else at, channel, ref, clerk, reason)
        self.references[ref] = order
        return order

    def paid_order(self, number: str) -> Order:
        order = self._order(number)
        if order.state != 'Paid':
            raise Refusal('OrderNotPaid', order=number)
        return order

    # What happens outside, and the seed

    def raise_charge(self, charge: Charge) -> None:
        self.charges[charge.number] = charge
        self._record('ChargeRaised', charge.at, charge.patron, None, None, [charge.number], charge.cents)

    def own_number(self) -> str:
        last = max((int(number[1:]) for number in self.charges if number[0] == 'G'), default=0)
        return f'G{last + 1:07d}'

    def add_order(self, order: Order, clerk: str | None = None) -> None:
        self.orders[order.number] = order
        self.references[order.ref] = order
        for charge in self._charges_of(order):
            charge.orders.append(order)
            charge.touch(order.created)
        self._record_order('OrderCreated', order, order.created, clerk)

    def pay(self, order: Order, at: int | None = None) -> None:
        """Money arrives. Raises Refusal if it has arrived before."""
        now = self.clock.now() if at is None else at
        if order.paid is not None:
            raise Refusal('OrderNotPending', order=order.number)
        order.paid = now
        if order.method.type == 'CardMethod':
            order.method.children['MaskedNo'] = '************1881'
        if order.state == 'Pending':
            self._end(order, 'Paid', now)
            return
        order.state = 'PaidLate'
        order.version += 1
        order.changed = now
        self._record_order('OrderPaidLate', order, now)
        # RPS gives back what came late. It was never a payment, so the charges don't change.
        self._pay_back(order, [Line(line.charge, line.cents) for line in order.lines], now, order.channel)

    def end(self, order: Order, state: str, at: int | None = None) -> None:
        """Ends the time of a pending order. Raises Refusal if it is not pending."""
        if order.state != 'Pending':
            raise Refusal('OrderNotPending', order=order.number)
        self._end(order, state, self.clock.now() if at is None else at)

    # Rules

    def _order(self, number: str) -> Order:
        order = self.orders.get(number)
        if order is None:
            raise Refusal('NoSuchOrder', order=number)
        return order

    def _open_charge(self, number: str, patron: str | None = None) -> Charge:
        """The charge if something may be paid or waived now. `patron` is who must owe it, None if that is not asked."""
        charge = self.charges.get(number)
        if charge is None:
            raise Refusal('NoSuchCharge', number)
        if patron is not None and charge.patron != patron:
            raise Refusal('NotThisPatron', number)
        if charge.outstanding == 0:
            raise Refusal('AlreadySettled', number)
        if charge.pending is not None:
            raise Refusal('ChargeInOrder', number, charge.pending.number)
        return charge

    def _check_payable(self, patron: str, line: Line) -> None:
        outstanding = self._open_charge(line.charge, patron).outstanding
        if line.cents > outstanding:
            raise Refusal('AmountMismatch', line.charge)
        if line.cents < outstanding and line.cents < _LEAST_PART:
            raise Refusal('AmountTooSmall', line.charge)

    def _charges_of(self, order: Order) -> list[Charge]:
        return [self.charges[line.charge] for line in order.lines]

    def _end(
        self, order: Order, state: str, at: int, clerk: str | None = None, reason: str | None = None
    ) -> None:
        """A pending order stops being pending."""
        order.state = state
        order.ended = at
        order.version += 1
        order.changed = at
        for charge in self._charges_of(order):
            charge.touch(at)
        self._record_order('Order' + state, order, at, clerk, reason)

    def _pay_back(
        self,
        order: Order,
        lines: list[Line],
        at: int,
        channel: str,
        ref: str | None = None,
        clerk: str | None = None,
        reason: str | None = None,
    ) -> None:
        self._refunds += 1
        refund = Refund(f'RF{self._refunds:08d}', ref, lines, at, clerk, reason, ref is None, channel)
        order.refunds.append(refund)
        order.version += 1
        order.changed = at
        for line in lines:
            paid = order.line(line.charge)
            if paid is not None:
                paid.refunded += line.cents
            if order.state == 'Paid':
                self.charges[line.charge].touch(at)
        numbers = [line.charge for line in lines]
        self._record('OrderRefunded', at, order.patron, ref, order.number, numbers, refund.cents, clerk, reason)

    def _order_number(self, now: int) -> str:
        prefix = f'RO{business_date(now).year}'
        last = max((int(number[6:]) for number in self.orders if number.startswith(prefix)), default=0)
        return f'{prefix}{last + 1:06d}'

    def _record_order(
        self, kind: str, order: Order, at: int, clerk: str | None = None, reason: str | None = None
    ) -> None:
        numbers = [line.charge for line in order.lines]
        self._record(kind, at, order.patron, order.ref, order.number, numbers, order.cents, clerk, reason)

    def _record(
        self,
        kind: str,
        at: int,
        patron: str,
        ref: str | None,
        order: str | None,
        charges: list[str],
        cents: int,
        clerk: str | None = None,
        reason: str | None = None,
    ) -> Change:
        # Every second number is left out, because the contract allows gaps.
        seq = 2 * len(self.changes) + 1
        change = Change(seq, kind, at, patron, ref, order, tuple(charges), cents, clerk, reason, machine_now())
        self.changes.append(change)
        return change
