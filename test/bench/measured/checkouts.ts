/** This checkout, and the one that `BEFORE` names, to be compared in one run. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Checkout {
  readonly name: string;
  readonly folder: string;
}

const ours: Checkout = { name: 'now', folder: join(import.meta.dirname, '../../..') };

/** The other checkout first, as `before`, where there is one. */
export const checkouts: readonly Checkout[] = [
  ...(process.env.BEFORE === undefined ? [] : [{ name: 'before', folder: resolve(process.env.BEFORE) }]),
  ours,
];
export const isComparison = checkouts.length > 1;

/** Where older checkouts have files that were moved since. */
const olderPlaces: Readonly<Record<string, string>> = { 'embedded/main.ts': 'gateway/embedded/main.ts' };

/** The path of a file in a checkout. @throws Error where it is neither in its place nor in its older one. */
export function fileIn({ folder }: Checkout, file: string): string {
  const path = [file, olderPlaces[file] ?? file]
    .map((place) => join(folder, place))
    .find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error(`${folder} has no ${file}`);
  }
  return path;
}
