import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Discrepancy } from '../../../store/journal/port.ts';
import { copySources, root } from '../../support/services/source-tree.ts';
import { check, type Property } from '../check/index.ts';
import { checkPayments } from '../payments/check/index.ts';
import type { PaymentProperty } from '../payments/payment-history.ts';
import { type PaymentMutant, paymentMutants } from '../payments/payment-mutants.ts';
import { runPayments } from '../payments/run-payments.ts';
import { runScenario } from '../run.ts';
import type { SteppedServer } from '../system/stepped-server.ts';
import { clockMutants } from './clock-mutants.ts';
import { feedMutants } from './feed-mutants.ts';
import { lendingMutants } from './lending-mutants.ts';
import { liveMutants } from './live-mutants.ts';
import { mergeMutants } from './merge-mutants.ts';
import type { Mutant } from './mutant.ts';

const mutants = {
  ...lendingMutants,
  ...clockMutants,
  ...feedMutants,
  ...mergeMutants,
  ...liveMutants,
  ...paymentMutants,
} as const satisfies Record<string, Mutant | PaymentMutant>;

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

/**
 * The text of the file that a mutant changes, with its mistake.
 * @throws Error if the file is gone, or the text that is replaced does not occur in it once
 */
export async function textOf(name: MutantName): Promise<string> {
  const { file } = mutants[name];
  const source = await readFile(join(root, file), 'utf8').catch((cause: unknown) => {
    throw new Error(`mutant ${name} no longer applies: ${file} cannot be read`, { cause });
  });
  return mutated(name, mutants[name], source);
}

/** Copies the program's sources to a temporary folder, and makes the mistake in the copy. */
export async function makeMutant(name: MutantName): Promise<{ readonly folder: string } & AsyncDisposable> {
  const text = await textOf(name);
  const copy = await copySources(name);
  await writeFile(join(copy.folder, mutants[name].file), text);
  return copy;
}

/** Violations that the checker finds in circulation's records but the books can't find. */
const outsideBooks =
  'Not in the books: a reservation beyond the limit (no event says that one was fulfilled or has lapsed), a loan beyond it ' +
  'with loans of desks among the ten (their events name a card, and no patron) or of a merged record (each record is counted ' +
  'alone), a wrong quota or refusal, and an operation that is settled late (no event says that nothing was done).';

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
    await using copy = await makeMutant(name);
    const caughtBy = await brokenIn(server, name, seed, copy.folder);
    const brokenUnchanged = await brokenIn(server, name, seed, root);
    const mutant = mutants[name];
    const inBooks = 'inBooks' in mutant ? mutant.inBooks : null;
    const isInBooks =
      inBooks === null || (caughtBy.found.has(inBooks) && !caughtBy.broken.has('books agree'));
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
  readonly broken: ReadonlyMap<Property | PaymentProperty, number>;
  readonly found: ReadonlyMap<Discrepancy, number>;
}> {
  await using database = await server.postgres.createDatabase();
  const mutant = mutants[name];
  if ('payments' in mutant) {
    const { signal: over } = new AbortController();
    const run = { scenario: mutant.payments, seed, server, database, root: tree, progress: () => {}, over };
    const { history } = await runPayments(run);
    return { broken: countsOf(checkPayments(history).map(({ property }) => property)), found: new Map() };
  }
  const { scenario } = mutant;
  const { history } = await runScenario({
    scenario,
    seed,
    server,
    database,
    root: tree,
    before: null,
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
