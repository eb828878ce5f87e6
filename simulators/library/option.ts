import { parseArgs } from 'node:util';
import { dayOf } from '../hong-kong-time.ts';
import { readSeed, type Seed } from '../seed.ts';
import { generateLibrary } from './generate.ts';
import { lendingMovedTo } from './moved-lending.ts';

/** Named sizes, in patrons. */
const NAMED_SIZES: Readonly<Record<string, number>> = { small: 1000, medium: 10_000, large: 100_000 };
/** The minimum number of patrons. In a smaller library, patrons of some kinds would be missing or too frequent. */
const MIN_PATRONS = 100;
/** The size of the largest library, which takes about two gigabytes of memory. */
const MAX_PATRONS = 200_000;

const sizes = `${Object.keys(NAMED_SIZES).join(', ')}, or a number of patrons from ${MIN_PATRONS} to ${MAX_PATRONS}`;

/**
 * Returns the number of patrons in the argument `--library`. Null if the argument is absent.
 * @throws Error whose message describes the mistake in the command line, and the correct form.
 */
export function parseLibraryOption(args: readonly string[]): number | null {
  const { tokens } = parseArgs({
    args: [...args],
    options: { library: { type: 'string' } },
    strict: false,
    tokens: true,
  });
  let size: number | null = null;
  for (const token of tokens) {
    if (token.kind !== 'option' || token.name !== 'library') {
      const given = token.kind === 'positional' ? token.value : args[token.index];
      throw new Error(`${given} is no option. The only one is --library: ${sizes}.`);
    }
    size = librarySize(token.value ?? '');
  }
  return size;
}

function librarySize(text: string): number {
  const named = Object.hasOwn(NAMED_SIZES, text) ? NAMED_SIZES[text] : undefined;
  const patrons = named ?? (/^\d{1,7}$/.test(text) ? Number(text) : Number.NaN);
  if (!(patrons >= MIN_PATRONS && patrons <= MAX_PATRONS)) {
    throw new Error(`--library must be ${sizes}${text === '' ? '' : `, not ${text}`}.`);
  }
  return patrons;
}

/**
 * Returns the data at the start: a library of this size, the data of a file, or else `seed.json`. The dates of
 * `seed.json` are moved to `now`, as `lendingMovedTo` describes.
 * @throws Error if both a size and a file are given, or if the file has no valid seed.
 */
export function startData(librarySize: number | null, seedFile: string, now = new Date()): Seed {
  if (librarySize === null) {
    return seedFile === '' ? lendingMovedTo(dayOf(now), readSeed()) : readSeed(seedFile);
  }
  if (seedFile !== '') {
    throw new Error('--library and LEGACY_SEED both say what the simulators start with: give one of them.');
  }
  return generateLibrary({ patrons: librarySize, now });
}
