import type {
  Charge,
  Circulation,
  CirculationEvent,
  Hold,
  Item,
  Loan,
  MaySend,
} from '../../../adapters/circulation/port.ts';
import { dayOfCompact, momentOfStamp, zonedOf } from '../../../simulators/hong-kong-time.ts';
import type { Seed } from '../../../simulators/index.ts';
import { checkReference, checkRows, type FaultyConnection } from './faulty-connection.ts';
import { type LendingTables, orRefused, Shelves } from './shelves.ts';

interface Sending {
  readonly signal: AbortSignal;
  readonly maySend: MaySend | undefined;
}

const keptMs = 90 * 86_400_000;

/** A circulation system in memory that keeps the promises of its port. */
export function createMemoryCirculation(
  seed: Seed,
  clock: () => Date,
  connection: FaultyConnection,
): Circulation {
  const tables = tablesOf(seed);
  const shelves = new Shelves(tables, clock);
  const { loans, holds, charges, items, events } = tables;

  const read = <T>(signal: AbortSignal, answer: () => T) =>
    connection.read(signal, () => {
      shelves.lapse();
      return answer();
    });
  const change = async <T>(reference: string, { signal, maySend }: Sending, act: () => T) => {
    checkReference(reference);
    const lapsed = () => {
      shelves.lapse();
      return orRefused(act);
    };
    return await connection.change(signal, lapsed, maySend);
  };
  const byCard =
    <Row extends { readonly libraryCardNumber: string }>(rows: () => Iterable<Row>) =>
    (numbers: readonly string[], signal: AbortSignal) =>
      read(signal, () => {
        const all = [...rows()];
        return numbers.map((number) => all.filter((row) => row.libraryCardNumber === number));
      });
  const kept = () => events.filter(({ at }) => clock().getTime() - Date.parse(at) <= keptMs);
  const onCard =
    (kind: 'CARD_REGISTERED' | 'CARD_BLOCKED' | 'CARD_UNBLOCKED') =>
    (number: string, reference: string, signal: AbortSignal, maySend?: MaySend) =>
      change(reference, { signal, maySend }, () => shelves.admit(kind, number, reference));

  return {
    loansByCard: byCard(() => loans.values()),
    holdsByCard: byCard(() => [...holds.values()].map(({ hold }) => hold)),
    chargesByCard: byCard(() => charges),
    itemsByNumber: (numbers, signal) =>
      read(signal, () => numbers.map((number) => items.get(number) ?? null)),
    async findItems(title, first, signal) {
      checkRows(first, 500);
      const isNamed = (item: Item) => item.title.toLowerCase().includes(title.toLowerCase());
      return await read(signal, () => [...items.values()].filter(isNamed).slice(0, first));
    },
    checkOut: (number, itemNumber, reference, signal, maySend) =>
      change(reference, { signal, maySend }, () => ({ loan: shelves.lend(number, itemNumber, reference) })),
    checkIn: (itemNumber, reference, signal, maySend) =>
      change(reference, { signal, maySend }, () => ({ loan: shelves.takeBack(itemNumber, reference) })),
    renew: (loanId, reference, signal, maySend) =>
      change(reference, { signal, maySend }, () => ({ loan: shelves.renew(loanId, reference) })),
    placeHold: (number, titleNumber, pickupBranch, reference, signal, maySend) =>
      change(reference, { signal, maySend }, () => ({
        hold: shelves.reserve(number, titleNumber, pickupBranch, reference),
      })),
    cancelHold: (holdId, reference, signal, maySend) =>
      change(reference, { signal, maySend }, () => ({ hold: shelves.cancel(holdId, reference) })),
    registerCard: onCard('CARD_REGISTERED'),
    blockCard: onCard('CARD_BLOCKED'),
    unblockCard: onCard('CARD_UNBLOCKED'),
    async eventsByReference(reference, signal) {
      checkReference(reference);
      return await read(signal, () => kept().filter((event) => event.reference === reference));
    },
    async eventsAfter(after, first, signal) {
      checkRows(first, 500);
      if (!/^[0-9]{1,19}$/.test(after) || BigInt(after) >= 2n ** 63n) {
        throw new RangeError(`after is ${JSON.stringify(after)}: the sequence of an event is wanted, or '0'`);
      }
      const isLater = ({ sequence }: CirculationEvent) => BigInt(sequence) > BigInt(after);
      return await read(signal, () => kept().filter(isLater).slice(0, first));
    },
    ping: (signal) => connection.read(signal, () => undefined),
  };
}

const materials = { BK: 'BOOK', AV: 'AUDIO_VISUAL', CD: 'DISC', RF: 'REFERENCE' } as const;
const itemStates = { A: 'AVAILABLE', O: 'ON_LOAN', H: 'ON_HOLD_SHELF', M: 'MISSING' } as const;
const holdStates = { Q: 'QUEUED', R: 'READY', X: 'CANCELLED', L: 'LAPSED' } as const;
const chargeKinds = { OD: 'OVERDUE', LS: 'LOST_ITEM' } as const;

const given = (text: string): string | null => (text === '' ? null : text);
const day = (text: string): string => dayOfCompact(text) ?? text;
const instant = (stamp: string): string => zonedOf(momentOfStamp(stamp));

/**
 * The tables of the seed. All cards are known, and cards that are not in use are blocked. A ready hold gets the first
 * copy on the hold shelf.
 */
function tablesOf(seed: Seed): LendingTables {
  const items = seed.items.map(itemOf);
  const titleOf = (bibNo: string) => items.find(({ titleNumber }) => titleNumber === bibNo)?.title ?? '';
  const shelf = items.filter(({ state }) => state === 'ON_HOLD_SHELF');
  const holds = seed.holds.map((row) => {
    const hold = holdOf(row, titleOf(row.bibNo));
    const copy =
      hold.state === 'READY' ? shelf.find(({ titleNumber }) => titleNumber === row.bibNo) : undefined;
    return { hold, itemNumber: copy?.itemNumber ?? null };
  });
  return {
    items: new Map(items.map((item) => [item.itemNumber, item])),
    loans: new Map(seed.loans.map((row) => [row.loanNo, loanOf(row, titleOf(row.bibNo))])),
    holds: new Map(holds.map((entry) => [entry.hold.id, entry])),
    charges: seed.charges.map(chargeOf),
    events: [],
    known: new Set(seed.cards.map(({ cardNo }) => cardNo)),
    blocked: new Set(seed.cards.flatMap(({ cardNo, status }) => (status === 'ACT' ? [] : [cardNo]))),
  };
}

const itemOf = (row: Seed['items'][number]): Item => ({
  itemNumber: row.itemNo,
  titleNumber: row.bibNo,
  title: row.title,
  author: given(row.author),
  callNumber: given(row.callNo),
  branch: given(row.branch),
  material: materials[row.material],
  state: itemStates[row.state],
});

const loanOf = (row: Seed['loans'][number], title: string): Loan => ({
  id: row.loanNo,
  libraryCardNumber: row.cardNo,
  itemNumber: row.itemNo,
  titleNumber: row.bibNo,
  title,
  branch: row.branch,
  checkedOutAt: instant(row.outAt),
  dueOn: day(row.dueOn),
  renewals: row.renewals,
  reference: given(row.ref),
});

const holdOf = (row: Seed['holds'][number], title: string): Hold => ({
  id: row.holdNo,
  libraryCardNumber: row.cardNo,
  titleNumber: row.bibNo,
  title,
  pickupBranch: row.pickupBranch,
  state: holdStates[row.state],
  queuePosition: row.state === 'Q' ? row.queuePos : null,
  placedAt: instant(row.placedAt),
  readyUntil: row.readyUntil === '' ? null : day(row.readyUntil),
  reference: given(row.ref),
});

const chargeOf = (row: Seed['charges'][number]): Charge => ({
  id: row.chargeNo,
  libraryCardNumber: row.cardNo,
  loanId: given(row.loanNo),
  kind: chargeKinds[row.kind],
  cents: row.cents,
  raisedOn: day(row.raisedOn),
});
