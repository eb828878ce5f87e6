import { createCirc } from '../../../simulators/circ/circ.ts';
import { createCms } from '../../../simulators/cms/cms.ts';
import { compactDay, dayOf, daysAfter } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS, type Seed, type SystemName } from '../../../simulators/index.ts';
import { createPrs } from '../../../simulators/prs/prs.ts';
import { HttpSimulator } from '../../../simulators/server.ts';
import type { Reply, RequestContext, SimulatedSystem } from '../../../simulators/simulated-system.ts';
import { SteppedClock } from '../../../simulators/stepped-clock.ts';
import {
  type CardRow,
  createStore,
  type HoldIndex,
  type HoldRow,
  holdIndexes,
  type ItemRow,
  type LoanRow,
} from '../../../simulators/tables/store.ts';
import type { PlaceKind } from '../../../store/journal/port.ts';
import type { Effect, Moment, OpenRecords, RecordChange } from '../history.ts';
import { WatchedTable } from './watched-table.ts';

/** The three simulated systems in this process, with direct access to their records. */
export interface LegacyRecords extends AsyncDisposable {
  readonly systems: Readonly<Record<SystemName, HttpSimulator>>;
  /** The beginnings and ends of all loans and holds, in order. */
  readonly changes: readonly RecordChange[];
  /** Every change of a loan or hold with an operation's id. */
  effects(): Effect[];
  /** All events of circulation's feed, in their order. */
  events(): readonly { readonly sequence: bigint; readonly kind: string }[];
  /** The sequence number of circulation's last event; null if there is none. */
  lastSequence(): string | null;
  /** The times at which circulation made or refused a change, by reference. */
  readonly deliveries: ReadonlyMap<string, readonly Moment[]>;
  /** The references of changes that circulation applied, or refused, after its drop time. */
  readonly appliedLate: ReadonlySet<string>;
  /** The times at which circulation answered `FindByRef`, by reference. */
  readonly confirmations: ReadonlyMap<string, readonly Moment[]>;
  cardsOf(patronId: string): readonly CardRow[];
  /** The registry's status of a record: `A`, `S` or `C`; undefined if it has none. */
  statusOf(patronId: string): string | undefined;
  loansOf(patronId: string): readonly LoanRow[];
  /** The number of all loans, and of all queued and ready holds. */
  openRecords(): OpenRecords;
  /** The patron's queued and ready holds. */
  holdsOf(patronId: string): readonly HoldRow[];
  item(number: string): ItemRow | undefined;
  /** Sets the loan's due date to a week from today, so that a renewal extends the loan (R23). */
  makeRenewable(loan: LoanRow): void;
}

/** Starts the three simulators on free ports. The seed must not have loans or holds. */
export async function startLegacySystems(seed: Seed, dropAfterMs: number): Promise<LegacyRecords> {
  const store = createStore(seed);
  const changes: RecordChange[] = [];
  const note = (change: RecordChange['change'], row: LoanRow | HoldRow) => {
    const patronId = store.cms.cards.get(row.cardNo)?.patronNo;
    if (patronId === undefined) {
      throw new Error(`no patron has the card of ${'loanNo' in row ? row.loanNo : row.holdNo}`);
    }
    changes.push({
      change,
      at: Date.now(),
      patronId,
      reference: row.ref === '' ? null : row.ref,
      ...identityOf(row),
    });
  };
  const circ = {
    ...store.circ,
    loans: new WatchedTable<LoanRow, 'cardNo' | 'itemNo'>(
      (row) => row.loanNo,
      { cardNo: (row) => row.cardNo, itemNo: (row) => row.itemNo },
      noting(note, () => true),
    ),
    holds: new WatchedTable<HoldRow, HoldIndex>((row) => row.holdNo, holdIndexes, noting(note, isOpen)),
  };
  const { events } = circ;
  // The seed has an event, too, so that both arrays have the same indexes.
  const eventTimes: Moment[] = events.map(() => 0);
  const push = events.push.bind(events);
  events.push = (...rows) => {
    eventTimes.push(...rows.map(() => Date.now()));
    return push(...rows);
  };
  const deliveries = new Map<string, Moment[]>();
  const confirmations = new Map<string, Moment[]>();
  const appliedLate = new Set<string>();
  const clock = () => new Date();
  const ownClock = () => new SteppedClock(clock);
  const clocks = { prs: ownClock(), cms: ownClock(), circ: ownClock() };
  const served = (name: SystemName, system: SimulatedSystem) =>
    new HttpSimulator(system, { host: '127.0.0.1', port: 0, latencyMs: 0, clock: clocks[name] });
  const { cms: cmsLogin, circ: circLogin } = DEFAULT_CREDENTIALS;
  const systems = {
    prs: served('prs', createPrs(store.prs, clocks.prs.now)),
    cms: served(
      'cms',
      createCms(store.cms, clocks.cms.now, { credentials: cmsLogin, senderFaultStatus: 400 }),
    ),
    circ: served(
      'circ',
      recordingDeliveries(
        createCirc(circ, clocks.circ.now, { credentials: circLogin, dropAfterMs }),
        (reference, { operation }, { waitedMs, dropsLate }) => {
          const times = operation === 'FindByRef' ? confirmations : deliveries;
          times.set(reference, [...(times.get(reference) ?? []), Date.now()]);
          if (!dropsLate && waitedMs > dropAfterMs) {
            appliedLate.add(reference);
          }
        },
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
    appliedLate,
    effects: () =>
      events.flatMap(({ kind, ref }, index) =>
        isEffect(kind) && ref !== '' && !isRegistrars(ref)
          ? [{ event: kind, reference: ref, at: eventTimes[index] ?? 0 }]
          : [],
      ),
    events: () => events.map(({ seq, kind }) => ({ sequence: BigInt(seq), kind })),
    lastSequence: () => events.at(-1)?.seq.toString() ?? null,
    cardsOf,
    statusOf: (patronId) => store.prs.patrons.get(patronId)?.status,
    openRecords: () => ({
      loans: circ.loans.size,
      holds: [...circ.holds.values()].filter((row) => isOpen(row)).length,
    }),
    loansOf: (patronId) => cardsOf(patronId).flatMap(({ cardNo }) => circ.loans.by('cardNo', cardNo)),
    holdsOf: (patronId) =>
      cardsOf(patronId).flatMap(({ cardNo }) => circ.holds.by('cardNo', cardNo).filter((row) => isOpen(row))),
    item: (number) => circ.items.get(number),
    makeRenewable(loan) {
      circ.loans.put({ ...loan, dueOn: compactDay(daysAfter(dayOf(clocks.circ.now()), 7)) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(systems).map((system) => system.stop()));
    },
  };
}

/** A circulation system that reports each answered request with a reference. */
const recordingDeliveries = (
  system: SimulatedSystem,
  note: (reference: string, reply: Reply, context: RequestContext) => void,
): SimulatedSystem => ({
  ...system,
  answer(message, context) {
    const reply = system.answer(message, context);
    const [, reference = ''] = /<(?:\w+:)?Ref>([^<]*)</.exec(message.body.toString('latin1')) ?? [];
    if (reference !== '') {
      note(reference, reply, context);
    }
    return reply;
  },
});

const isOpen = ({ state }: HoldRow): boolean => state === 'Q' || state === 'R';

/** Calls `note` only for changes with which a row begins or ceases to be counted. */
const noting =
  <Row>(note: (change: RecordChange['change'], row: Row) => void, isCounted: (row: Row) => boolean) =>
  (before: Row | null, after: Row | null): void => {
    const was = before !== null && isCounted(before);
    const is = after !== null && isCounted(after);
    if (was && !is) {
      note('ENDED', before);
    }
    if (is && !was) {
      note('BEGUN', after);
    }
  };

function identityOf(row: LoanRow | HoldRow): {
  readonly kind: PlaceKind;
  readonly id: string;
  readonly subject: string;
} {
  return 'loanNo' in row
    ? { kind: 'LOAN', id: row.loanNo, subject: row.itemNo }
    : { kind: 'HOLD', id: row.holdNo, subject: row.bibNo };
}

const effectEvents: ReadonlySet<string> = new Set<Effect['event']>([
  'OUT',
  'IN',
  'RNW',
  'HLD',
  'UNH',
  'REG',
  'BLK',
  'UBK',
]);
/** Whether the registrar made the change, which is not an operation of ours. */
const isRegistrars = (ref: string): boolean => ref.startsWith('replacement-');
const isEffect = (kind: string): kind is Effect['event'] => effectEvents.has(kind);
