import { z } from 'zod';
import { readJsonFile } from '../../platform/lifecycle/read-json-file.ts';
import { type Localized, languages } from './language.ts';
import { sortBy } from './sort-by.ts';

export const weekdays = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;

/** The time when a branch is open on one day of the week. `HH:MM`, Hong Kong time. */
export interface OpeningHours {
  readonly day: (typeof weekdays)[number];
  readonly opens: string;
  readonly closes: string;
}

/** A branch of the library, as listed in `BRANCHES_FILE`. */
export interface Branch {
  /** The code in circulation's records of items and holds. */
  readonly code: string;
  readonly name: Localized;
  /** The days in order, Monday first. A day on which the branch is closed is absent. */
  readonly openingHours: readonly OpeningHours[];
}

/** The library's branches. No legacy system has a list of them. */
export interface Branches {
  /** All branches in the order of their codes. Empty without a file. */
  readonly all: readonly Branch[];
  /** The branch with this code. Null for a code that is not in the file. */
  byCode(code: string): Branch | null;
  /** Whether a caller may name this branch. Without a file, every code is allowed. */
  allows(code: string): boolean;
}

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time, as in 09:30');
const text = z.string().trim().min(1).max(200);
const hours = z
  .strictObject({ opens: time, closes: time })
  .refine(({ opens, closes }) => opens < closes, 'must open before it closes');

const fileFormat = z
  .array(
    z.strictObject({
      code: z.string().regex(/^\S{1,20}$/, 'must have 1 to 20 characters, without spaces'),
      name: z.record(z.enum(languages), text),
      openingHours: z.partialRecord(z.enum(weekdays), hours),
    }),
  )
  .max(1000)
  .refine(
    (branches) => new Set(branches.map(({ code }) => code)).size === branches.length,
    'must list each code once',
  );

/** The branches if there is no file. */
export const noBranches: Branches = branchesOf([]);

/**
 * Reads a file of branches. Without a file, returns {@link noBranches}. The file is a JSON array of at most 1,000
 * objects `{ code, name: { en, zh-Hant }, openingHours: { MONDAY: { opens, closes }, … } }`.
 * @throws Error whose message names the file and the mistakes in it.
 */
export async function readBranches(file: string | null): Promise<Branches> {
  if (file === null) {
    return noBranches;
  }
  const listed = await readJsonFile('BRANCHES_FILE', file, (json) => fileFormat.parse(json));
  return branchesOf(
    listed.map(({ openingHours, ...branch }) => ({
      ...branch,
      openingHours: weekdays.flatMap((day) => {
        const open = openingHours[day];
        return open === undefined ? [] : [{ day, ...open }];
      }),
    })),
  );
}

function branchesOf(branches: readonly Branch[]): Branches {
  const all = sortBy(branches, ({ code }) => code);
  const byCode = new Map(all.map((branch) => [branch.code, branch]));
  return {
    all,
    byCode: (code) => byCode.get(code) ?? null,
    allows: (code) => all.length === 0 || byCode.has(code),
  };
}
