import { sendingCheckOut } from '../faults/process-freezer.ts';
import type { RangeMs } from '../pause.ts';
import { brief, longFreeze, type Scenario } from '../scenario.ts';
import { aimed, type Mutant } from './mutant.ts';

/**
 * Adds 4 seconds. The books call an effect late only if it is some seconds late, because circulation's clock may be
 * ahead.
 */
const beyondClockTolerance = ([from, to]: RangeMs): RangeMs => [from + 4_000, to + 4_000];

/** A run in which nobody acts except in the races. Each patron has one race. */
const raced: Scenario = { ...aimed, stations: 0, patrons: 1, operationsEach: 20 };

const readEpoch = '  const { epoch, holders, ...merges } = await journal.placesNow(patronId, kind);\n';
const readCards = '  const found = await afterFirst(alongside(), cards.cardsByPatron(records, signal));\n';
const readOwnCards = '  const found = await cards.cardsByPatron([patronId], signal);\n';

/** Mistakes in reserving places, in sending changes, and in finding out their outcome. */
export const lendingMutants = {
  'no-epoch': {
    file: 'subgraphs/circulation/rules/free-places.ts',
    inBooks: 'OVER_LIMIT',
    edits: [
      { from: 'const done = doneSince.filter(isUnshown)', to: 'const done = doneSince.filter(() => false)' },
    ],
    // A check-out has its place before the loans are read, is done after that, and is missing among the loans.
    scenario: { ...raced, race: 'reservation' },
  },
  'cards-before-epoch': {
    file: 'subgraphs/circulation/lending/loan-snapshot.ts',
    inBooks: 'OVER_LIMIT',
    edits: [
      { from: readCards, to: '  await alongside();\n' },
      { from: readEpoch, to: readOwnCards + readEpoch },
    ],
    // A replica is frozen between the two reads. It misses that the card is replaced and that the new card borrows an
    // item.
    scenario: { ...raced, race: 'replacement' },
  },
  'settled-too-early': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'DONE_AFTER_REFUSAL',
    edits: [
      {
        from: 'observedMs > (certainAfterMs ?? prepareAndSendMs + settlingMs(times))',
        to: 'observedMs > times.sendWithinMs',
      },
    ],
    // Circulation makes some changes after the caller's deadline, but before it would drop the requests.
    scenario: {
      ...aimed,
      dropAfterMs: 8_000,
      legacyFaults: {
        circ: [{ kind: 'delay', delayMs: 7_000, rate: 0.1, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'no-look-at-send-by': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'DONE_TOO_LATE',
    edits: [{ from: 'const isInTime = services.monotonic() < sendBy;', to: 'const isInTime = true;' }],
    // A replica is frozen after it has decided to send. Meanwhile another replica concludes that nothing was sent.
    // There are only a few stations, which soon all wait for the frozen replica. So nobody else borrows the item.
    scenario: {
      ...aimed,
      callMs: brief.callMs,
      dropAfterMs: brief.dropAfterMs,
      seconds: 90,
      stations: 4,
      freezeEveryMs: [500, 2_000],
      freezeMs: [beyondClockTolerance(longFreeze(brief))],
      freezeAt: sendingCheckOut,
    },
  },
  'refusal-taken-as-final': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'DONE_AFTER_REFUSAL',
    edits: [{ from: 'return hasDeparted && (await', to: 'return !hasDeparted && (await' }],
    // A change is delivered twice. The second delivery is refused because of the first.
    scenario: {
      ...aimed,
      legacyFaults: { circ: [{ kind: 'deliver-twice', rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }] },
    },
  },
  'own-drop-time': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'DONE_AFTER_REFUSAL',
    edits: [
      {
        from: '(certainAfterMs ?? prepareAndSendMs + settlingMs(times))',
        to: '(times.sendWithinMs + settlingMs(times))',
      },
    ],
    // Two replicas are configured with a drop time that is far too small.
    scenario: {
      ...aimed,
      dropAfterMs: 20_000,
      firstDropMs: [200, 200, 20_000],
      legacyFaults: {
        circ: [{ kind: 'delay', delayMs: 18_000, rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'journal-clock-alone': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'DONE_AFTER_REFUSAL',
    edits: [
      { from: "'operation' | 'observedMs'>", to: "'operation' | 'now'>" },
      {
        from: 'operation: { sendBy, certainAfterMs }, observedMs }',
        to: 'operation: { sendBy, certainAt }, now }',
      },
      {
        from: 'observedMs > (certainAfterMs ?? prepareAndSendMs + settlingMs(times))',
        to: 'now > (certainAt ?? sendBy)',
      },
    ],
    // When the clock is put forward, a request in progress looks as if it had been sent long ago.
    scenario: {
      ...aimed,
      jumpEveryMs: [4_000, 8_000],
      jumpMs: [[30_000, 40_000]],
      dropAfterMs: 20_000,
      legacyFaults: {
        circ: [{ kind: 'delay', delayMs: 18_000, rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'unsettled-not-counted': {
    file: 'subgraphs/circulation/rules/free-places.ts',
    inBooks: 'OVER_LIMIT',
    edits: [
      {
        from: 'const pending = unsettled.filter(isUnshown)',
        to: 'const pending = unsettled.filter(() => false)',
      },
    ],
    scenario: aimed,
  },
  'refusal-frees-place': {
    file: 'subgraphs/operations/send-once.ts',
    inBooks: 'OVER_LIMIT',
    edits: [{ from: 'return { ...checked, reconcileAfterMs, holdsPlace: true };', to: 'return checked;' }],
    // Circulation is too busy for some check-outs, and makes them when they are delivered again.
    scenario: {
      ...aimed,
      seconds: 60,
      legacyFaults: {
        circ: [
          {
            kind: 'deliver-twice',
            busyFirst: true,
            delayMs: 4_000,
            answer: 'first',
            rate: 0.3,
            operations: ['CheckOut'],
          },
        ],
      },
    },
  },
} as const satisfies Record<string, Mutant>;
