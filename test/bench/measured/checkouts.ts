/** The checkouts of the code that are compared in one run: this checkout, and the checkout that `BEFORE` names. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Checkout {
  readonly name: string;
  readonly folder: string;
}

const ours: Checkout = { name: 'now', folder: join(import.meta.dirname, '../../..') };

/** If `BEFORE` names another checkout, it comes first, with the name `before`. */
export const checkouts: readonly Checkout[] = [
  ...(process.env.BEFORE === undefined ? [] : [{ name: 'before', folder: resolve(process.env.BEFORE) }]),
  ours,
];
export const isComparison = checkouts.length > 1;

/** The former paths of files that have moved, by their present paths. */
const formerPaths: Readonly<Record<string, string>> = { 'embedded/main.ts': 'gateway/embedded/main.ts' };

/**
 * The path of a file in a checkout.
 * @throws Error if the file is neither at its present nor at its former path
 */
export function fileIn({ folder }: Checkout, file: string): string {
  const path = [file, formerPaths[file] ?? file]
    .map((place) => join(folder, place))
    .find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error(`${folder} has no ${file}`);
  }
  return path;
}
