import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Discrepancy } from '../../../store/journal/port.ts';
import { copySources, root } from '../../support/services/source-tree.ts';
import { check, type Property } from '../check/index.ts';
import { askingForEpoch, sendingCheckOut } from '../faults/step-freezer.ts';
import type { RangeMs } from '../pause.ts';
import { runScenario } from '../run.ts';
import { brief, everything, longFreeze, patient, type Scenario } from '../scenario.ts';
import type { SteppedServer } from '../system/stepped-server.ts';

/** A copy of the program with one mistake, which the checker must catch. */
export interface Mutant {
  /** The path of the changed file, from the root of the source tree. */
  readonly file: string;
  /** The replacements. Each `from` occurs exactly once in the file. */
  readonly edits: readonly { readonly from: string; readonly to: string }[];
  /** A scenario that reveals the mistake quickly. */
  readonly scenario: Scenario;
  /** The discrepancy that the mutant's own books must find (`npm run books`). */
  readonly inBooks: Discrepancy;
}

/** A short run without faults. Each mutant adds the fault that reveals its mistake. */
const aimed: Scenario = {
  ...everything,
  operations: 1_000_000,
  seconds: 40,
  stations: 16,
  patienceMs: patient,
  patrons: 2,
  operationsEach: 1_000,
  legacyFaults: {},
  killEveryMs: null,
  freezeEveryMs: null,
  deskEveryMs: null,
  replaceEveryMs: null,
  jumpEveryMs: null,
  crashesWithWrongClock: false,
  stepEveryMs: null,
  mixesDropTimes: false,
};

/**
 * Adds 4 seconds. The books call an effect late only if it is some seconds late, because circulation's clock may be
 * ahead.
 */
const beyondClockTolerance = ([from, to]: RangeMs): RangeMs => [from + 4_000, to + 4_000];

const readEpoch = '  const { epoch, holders } = await journal.placesNow(patronId, kind);\n';
const readOwnCards = '  const [own = []] = await cards.cardsByPatron([patronId], signal);\n';

const mutants = {
  'no-epoch': {
    file: 'subgraphs/circulation/rules/free-places.ts',
    inBooks: 'OVER_LIMIT',
    edits: [
      { from: 'const done = doneSince.filter(isUnshown)', to: 'const done = doneSince.filter(() => false)' },
    ],
    // The slow registry delays the reservation. So another check-out can be done between the reading of the loans and
    // the reservation.
    scenario: { ...aimed, legacyFaults: { prs: [{ kind: 'delay', delayMs: 400, rate: 0.4 }] } },
  },
  'cards-before-epoch': {
    file: 'subgraphs/circulation/lending/loan-snapshot.ts',
    inBooks: 'OVER_LIMIT',
    edits: [
      { from: readOwnCards, to: '' },
      { from: readEpoch, to: readOwnCards + readEpoch },
    ],
    // A replica is frozen between the two reads. It misses that the card is replaced and that the new card borrows an
    // item.
    scenario: { ...aimed, stations: 0, patrons: 1, operationsEach: 20, replacementRaceAt: askingForEpoch },
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
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof mutants;

export const mutantNames = Object.keys(mutants) as readonly MutantName[];

/**
 * The source after the edits.
 * @throws Error that names mutant and file, unless each text occurs exactly once.
 */
export function mutated(
  name: string,
  { file, edits }: Pick<Mutant, 'file' | 'edits'>,
  source: string,
): string {
  return edits.reduce((text, { from, to }) => {
    const count = text.split(from).length - 1;
    if (count !== 1) {
      throw new Error(
        `mutant ${name} no longer applies: ${file} has this ${count} times instead of once: ${from}`,
      );
    }
    return text.replace(from, () => to);
  }, source);
}

/** Copies the program's sources to a temporary folder, and makes the mistake in the copy. */
export async function makeMutant(name: MutantName): Promise<{ readonly folder: string } & AsyncDisposable> {
  const { file } = mutants[name];
  const source = await readFile(join(root, file), 'utf8').catch((cause: unknown) => {
    throw new Error(`mutant ${name} no longer applies: ${file} cannot be read`, { cause });
  });
  const text = mutated(name, mutants[name], source);
  const copy = await copySources(name);
  await writeFile(join(copy.folder, file), text);
  return copy;
}

/** Violations that the checker finds in circulation's records but the books can't find. */
const outsideBooks =
  'Not in the books: a reservation beyond the limit (no event says that one was fulfilled or has lapsed), a loan beyond it ' +
  'with loans of desks among the ten (their events name a card, and no patron), a wrong quota or refusal, and an operation ' +
  'that is settled late (no event says that nothing was done).';

/**
 * Runs each mutant, and the unchanged program in the same scenario with the same seed. Resolves to true if the checker
 * and the mutant's own books have caught every mutant, if the two agree, and if the unchanged program has no violation.
 */
export async function runMutants(
  server: SteppedServer,
  names: readonly MutantName[],
  seed: number,
  say: (text: string) => void,
): Promise<boolean> {
  let isRight = true;
  for (const name of names) {
    await using mutant = await makeMutant(name);
    const caughtBy = await brokenIn(server, name, seed, mutant.folder);
    const brokenUnchanged = await brokenIn(server, name, seed, root);
    const { inBooks } = mutants[name];
    const isInBooks = caughtBy.found.has(inBooks) && !caughtBy.broken.has('books agree');
    say(
      `${name}: the checker: ${listOf(caughtBy.broken, 'NOT CAUGHT')}; ` +
        `its own books: ${listOf(caughtBy.found, 'nothing')}${isInBooks ? '' : `: NOT AS IT IS (${inBooks})`}; ` +
        `the program as it is: ${listOf(brokenUnchanged.broken, 'no violation')}`,
    );
    isRight &&= caughtBy.broken.size > 0 && isInBooks && brokenUnchanged.broken.size === 0;
  }
  say(outsideBooks);
  return isRight;
}

/**
 * Runs the program of a source tree in a mutant's scenario. Resolves to the number of violations by property, and of
 * findings in the program's own books by discrepancy.
 */
async function brokenIn(
  server: SteppedServer,
  name: MutantName,
  seed: number,
  tree: string,
): Promise<{
  readonly broken: ReadonlyMap<Property, number>;
  readonly found: ReadonlyMap<Discrepancy, number>;
}> {
  await using database = await server.postgres.createDatabase();
  const { scenario } = mutants[name];
  const { history } = await runScenario({
    scenario,
    seed,
    server,
    database,
    root: tree,
    progress: () => {},
  });
  return {
    broken: countsOf(check(history).map(({ property }) => property)),
    found: countsOf(history.findings.map(({ discrepancy }) => discrepancy)),
  };
}

const countsOf = <Name extends string>(names: readonly Name[]): ReadonlyMap<Name, number> =>
  new Map([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]));

const listOf = (counts: ReadonlyMap<string, number>, nothing: string): string =>
  [...counts].map(([name, count]) => `"${name}" ${count} times`).join(', ') || nothing;
