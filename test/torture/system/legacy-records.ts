import type { PlaceKind } from '../../../adapters/journal/port.ts';
import { createCirc } from '../../../simulators/circ/circ.ts';
import { createCms } from '../../../simulators/cms/cms.ts';
import { compactDay, dayOf, daysAfter } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS, type Seed, type SystemName } from '../../../simulators/index.ts';
import { createPrs } from '../../../simulators/prs/prs.ts';
import { HttpSimulator } from '../../../simulators/server.ts';
import {
  type CardRow,
  createStore,
  type HoldRow,
  type ItemRow,
  type LoanRow,
} from '../../../simulators/store.ts';
import type { Vendor } from '../../../simulators/vendor.ts';
import type { BookChange, Effect, Moment } from '../history.ts';
import { WatchedTable } from './watched-table.ts';

/** The simulators in this process, and what stands in their own books: as they have it, past every interface. */
export interface Books extends AsyncDisposable {
  readonly systems: Readonly<Record<SystemName, HttpSimulator>>;
  /** All loans and holds that began or ended, in order. */
  readonly changes: readonly BookChange[];
  /** All that was done under a reference to loans and holds. */
  effects(): Effect[];
  /** By reference, when a change was answered. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** By reference, when `FindByRef` was answered. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  cardsOf(patronId: string): readonly CardRow[];
  loansOf(patronId: string): readonly LoanRow[];
  /** Queued and ready ones. */
  holdsOf(patronId: string): readonly HoldRow[];
  item(number: string): ItemRow | undefined;
  /** As if the loan had been made or renewed a week before it was: a renewal gains by it (R23). */
  growOlder(loan: LoanRow): void;
}

/** Ten minutes idle end a session of CIRC. */
const sessionIdleMs = 600_000;

/** Starts the three simulators on free ports of this machine, with that seed. It has no loans and no holds. */
export async function openBooks(seed: Seed, dropAfterMs: number): Promise<Books> {
  const store = createStore(seed);
  const changes: BookChange[] = [];
  const note = (change: BookChange['change'], row: LoanRow | HoldRow) => {
    const patronId = store.cms.cards.get(row.cardNo)?.patronNo;
    if (patronId === undefined) {
      throw new Error(`nobody has the card of ${'loanNo' in row ? row.loanNo : row.holdNo}`);
    }
    changes.push({
      change,
      at: Date.now(),
      patronId,
      reference: row.ref === '' ? null : row.ref,
      ...named(row),
    });
  };
  const circ = {
    ...store.circ,
    loans: new WatchedTable<LoanRow, 'cardNo' | 'itemNo'>(
      (row) => row.loanNo,
      { cardNo: (row) => row.cardNo, itemNo: (row) => row.itemNo },
      noting(note, () => true),
    ),
    holds: new WatchedTable<HoldRow, 'cardNo' | 'bibNo'>(
      (row) => row.holdNo,
      { cardNo: (row) => row.cardNo, bibNo: (row) => row.bibNo },
      noting(note, isOpen),
    ),
  };
  const eventTimes: Moment[] = [];
  const { events } = circ;
  const push = events.push.bind(events);
  events.push = (...rows) => {
    eventTimes.push(...rows.map(() => Date.now()));
    return push(...rows);
  };
  const deliveries = new Map<string, Moment[]>();
  const confirmations = new Map<string, Moment[]>();
  const clock = () => new Date();
  const served = (vendor: ConstructorParameters<typeof HttpSimulator>[0]) =>
    new HttpSimulator(vendor, { host: '127.0.0.1', port: 0, latencyMs: 0, clock });
  const { cms: cmsLogin, circ: circLogin } = DEFAULT_CREDENTIALS;
  const systems = {
    prs: served(createPrs(store.prs, clock)),
    cms: served(createCms(store.cms, clock, { credentials: cmsLogin, senderFaultStatus: 400 })),
    circ: served(
      noticed(
        createCirc(circ, clock, { credentials: circLogin, sessionIdleMs, dropAfterMs }),
        deliveries,
        confirmations,
      ),
    ),
  };
  await Promise.all(Object.values(systems).map((system) => system.start()));
  const cardsOf = (patronId: string) => store.cms.cards.by('patronNo', patronId);
  return {
    systems,
    changes,
    deliveries,
    confirmations,
    effects: () =>
      events.flatMap(({ kind, ref }, index) =>
        isEffect(kind) && ref !== '' ? [{ event: kind, reference: ref, at: eventTimes[index] ?? 0 }] : [],
      ),
    cardsOf,
    loansOf: (patronId) => cardsOf(patronId).flatMap(({ cardNo }) => circ.loans.by('cardNo', cardNo)),
    holdsOf: (patronId) =>
      cardsOf(patronId).flatMap(({ cardNo }) => circ.holds.by('cardNo', cardNo).filter((row) => isOpen(row))),
    item: (number) => circ.items.get(number),
    growOlder(loan) {
      circ.loans.put({ ...loan, dueOn: compactDay(daysAfter(dayOf(clock()), 7)) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(systems).map((system) => system.stop()));
    },
  };
}

/** Circulation, and when it comes to changes, and tells what a reference led to. */
const noticed = (
  vendor: Vendor,
  deliveries: Map<string, Moment[]>,
  confirmations: Map<string, Moment[]>,
): Vendor => ({
  ...vendor,
  answer(message, circumstances) {
    const reply = vendor.answer(message, circumstances);
    const [, reference = ''] = /<(?:\w+:)?Ref>([^<]*)</.exec(message.body.toString('latin1')) ?? [];
    const times = reply.operation === 'FindByRef' ? confirmations : deliveries;
    if (reference !== '') {
      times.set(reference, [...(times.get(reference) ?? []), Date.now()]);
    }
    return reply;
  },
});

const isOpen = ({ state }: HoldRow): boolean => state === 'Q' || state === 'R';

/** What begins to be there and what ends, of all that changes. */
const noting =
  <Row>(note: (change: BookChange['change'], row: Row) => void, isThere: (row: Row) => boolean) =>
  (before: Row | null, after: Row | null): void => {
    const was = before !== null && isThere(before);
    const is = after !== null && isThere(after);
    if (was && !is) {
      note('ENDED', before);
    }
    if (is && !was) {
      note('BEGUN', after);
    }
  };

function named(row: LoanRow | HoldRow): {
  readonly kind: PlaceKind;
  readonly id: string;
  readonly subject: string;
} {
  return 'loanNo' in row
    ? { kind: 'LOAN', id: row.loanNo, subject: row.itemNo }
    : { kind: 'HOLD', id: row.holdNo, subject: row.bibNo };
}

const effectEvents: ReadonlySet<string> = new Set<Effect['event']>(['OUT', 'IN', 'RNW', 'HLD', 'UNH']);
const isEffect = (kind: string): kind is Effect['event'] => effectEvents.has(kind);
