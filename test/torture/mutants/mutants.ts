import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../../support/postgres.ts';
import { check, type Property } from '../check/index.ts';
import { askingForEpoch, firstByteOfCheckOut } from '../faults/step-freezer.ts';
import { runScenario } from '../run.ts';
import { everything, longFreeze, patient, type Scenario } from '../scenario.ts';

/** A mistake, made in one place of a copy of the program. */
export interface Mutant {
  /** From the root. */
  readonly file: string;
  /** Each text stands there once, and another is put in its place. */
  readonly edits: readonly { readonly from: string; readonly to: string }[];
  /** One in which the mistake comes to light soon. */
  readonly scenario: Scenario;
}

/** Short spells of what makes a mistake show, with nothing else that goes wrong. */
const aimed: Scenario = {
  ...everything,
  operations: 1_000_000,
  seconds: 40,
  stations: 16,
  patienceMs: patient,
  patrons: 2,
  operationsEach: 1_000,
  weather: {},
  killEveryMs: null,
  freezeEveryMs: null,
  deskEveryMs: null,
  replaceEveryMs: null,
  jumpEveryMs: null,
  mixesDropTimes: false,
};

const readEpoch = '  const { epoch, holders } = await journal.placesNow(patronId, kind);\n';
const readOwnCards = '  const [own = []] = await cards.cardsByPatron([patronId], signal);\n';

const mutants = {
  'no-epoch': {
    file: 'subgraphs/circulation/rules/quota.ts',
    edits: [{ from: 'done: doneSince.filter(isUnshown)', to: 'done: doneSince.filter(() => false)' }],
    // Somebody else is done between the reading of the loans and the reservation, which waits for the registry.
    scenario: { ...aimed, weather: { prs: [{ kind: 'delay', delayMs: 400, rate: 0.4 }] } },
  },
  'cards-before-epoch': {
    file: 'subgraphs/circulation/lending/loan-snapshot.ts',
    edits: [
      { from: readOwnCards, to: '' },
      { from: readEpoch, to: readOwnCards + readEpoch },
    ],
    // Who stands still between the two doesn't see that a card is replaced and the new one lent on.
    scenario: { ...aimed, stations: 0, patrons: 1, operationsEach: 20, behindItsBack: askingForEpoch },
  },
  'settled-too-early': {
    file: 'subgraphs/operations/send-once.ts',
    edits: [
      {
        from: 'return now.getTime() > atMs && observedSinceMs',
        to: 'return now.getTime() > sendBy.getTime() || observedSinceMs',
      },
    ],
    // Circulation does some of it long after its answer was waited for, and before it would drop it.
    scenario: {
      ...aimed,
      dropAfterMs: 8_000,
      weather: {
        circ: [{ kind: 'delay', delayMs: 7_000, rate: 0.1, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'no-look-at-send-by': {
    file: 'subgraphs/operations/send-once.ts',
    edits: [{ from: 'const isInTime = services.monotonic() < sendBy;', to: 'const isInTime = true;' }],
    // Who stands still just there has decided to send, and others have decided meanwhile that nothing was sent.
    scenario: {
      ...aimed,
      seconds: 60,
      freezeEveryMs: [500, 2_000],
      freezeMs: [longFreeze(everything)],
      freezeAt: firstByteOfCheckOut,
    },
  },
  'refusal-taken-as-final': {
    file: 'subgraphs/operations/send-once.ts',
    edits: [{ from: 'return hasDeparted && (await', to: 'return !hasDeparted && (await' }],
    // The second of two deliveries is refused, because of the first.
    scenario: {
      ...aimed,
      weather: { circ: [{ kind: 'deliver-twice', rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }] },
    },
  },
  'own-drop-time': {
    file: 'subgraphs/operations/send-once.ts',
    edits: [
      {
        from: 'const afterMs = certainAfterMs ?? settlingMs(times);',
        to: 'const afterMs = settlingMs(times);',
      },
      { from: 'certainAt?.getTime() ?? sendBy', to: 'sendBy' },
    ],
    // Two replicas take circulation to be quicker than it is, and than the third knows.
    scenario: {
      ...aimed,
      dropAfterMs: 20_000,
      firstDropMs: [200, 200, 20_000],
      weather: {
        circ: [{ kind: 'delay', delayMs: 18_000, rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'journal-clock-alone': {
    file: 'subgraphs/operations/send-once.ts',
    edits: [{ from: '> atMs && observedSinceMs(new Date(atMs - afterMs)) > afterMs;', to: '> atMs;' }],
    // What is under way when the clock is put forward looks as if it had been for long.
    scenario: {
      ...aimed,
      jumpEveryMs: [4_000, 8_000],
      jumpMs: [30_000, 40_000],
      dropAfterMs: 20_000,
      weather: {
        circ: [{ kind: 'delay', delayMs: 18_000, rate: 0.3, operations: ['CheckOut', 'PlaceHold'] }],
      },
    },
  },
  'unsettled-not-counted': {
    file: 'subgraphs/circulation/rules/quota.ts',
    edits: [{ from: 'pending: unsettled.filter(isUnshown)', to: 'pending: unsettled.filter(() => false)' }],
    scenario: aimed,
  },
} as const satisfies Record<string, Mutant>;

export type MutantName = keyof typeof mutants;

export const mutantNames = Object.keys(mutants) as readonly MutantName[];

/** What the program is, without its tests and its dependencies. */
const sources = ['adapters', 'schema', 'subgraphs', 'package.json'];
const root = join(import.meta.dirname, '../../..');

/** Makes the mistake. Throws where a text doesn't stand there exactly once: then the mutant is out of date. */
async function mutate({ file, edits }: Mutant, folder: string): Promise<void> {
  const path = join(folder, file);
  let source = await readFile(path, 'utf8');
  for (const { from, to } of edits) {
    const found = source.split(from).length - 1;
    if (found !== 1) {
      throw new Error(`${file} has ${found} times, and not once: ${from}`);
    }
    source = source.replace(from, () => to);
  }
  await writeFile(path, source);
}

/** A copy of the program's source in a temporary folder, with the mistake in it. */
export async function makeMutant(name: MutantName): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), `patron-graph-${name}-`));
  for (const source of sources) {
    await cp(join(root, source), join(folder, source), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await mutate(mutants[name], folder);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/**
 * Runs each of them, and the program as it is in the same scenario and from the same seed. True where every mutant was
 * caught, and the program broke nothing.
 */
export async function runMutants(
  postgres: PostgresServer,
  names: readonly MutantName[],
  seed: number,
  say: (text: string) => void,
): Promise<boolean> {
  let isRight = true;
  for (const name of names) {
    await using mutant = await makeMutant(name);
    const caughtBy = await brokenIn(postgres, name, seed, mutant.folder);
    const brokenByItself = await brokenIn(postgres, name, seed, root);
    say(`${name}: ${told(caughtBy, 'GOT AWAY')}; the program as it is: ${told(brokenByItself, 'nothing')}`);
    isRight &&= caughtBy.size > 0 && brokenByItself.size === 0;
  }
  return isRight;
}

/** Which properties a source tree breaks in a mutant's scenario, and how often. */
async function brokenIn(
  postgres: PostgresServer,
  name: MutantName,
  seed: number,
  tree: string,
): Promise<ReadonlyMap<Property, number>> {
  await using database = await postgres.createDatabase();
  const { scenario } = mutants[name];
  const { history } = await runScenario({ scenario, seed, database, root: tree, progress: () => {} });
  const byProperty = Map.groupBy(check(history), ({ property }) => property);
  return new Map([...byProperty].map(([property, violations]) => [property, violations.length]));
}

const told = (broken: ReadonlyMap<Property, number>, nothing: string): string =>
  [...broken].map(([property, count]) => `"${property}" ${count} times`).join(', ') || nothing;
