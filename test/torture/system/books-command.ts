import { execFile } from 'node:child_process';
import type { Discrepancy, Finding } from '../../../store/journal/port.ts';
import { descriptions } from '../../../subgraphs/books/table.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';

/** The output of `npm run books` of the program in the folder `root`. Rejects if the command fails. */
export function printBooks(database: PostgresDatabase, root: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const env = { ...process.env, DATABASE_URL: database.url };
  execFile(process.execPath, ['subgraphs/books/main.ts'], { cwd: root, env }, (error, stdout, stderr) => {
    // The exit code is 1 if the books list a finding.
    if (error === null || error.code === 1) {
      resolve(stdout);
    } else {
      reject(new Error(stderr));
    }
  });
  return promise;
}

const discrepancies = Object.entries(descriptions) as readonly (readonly [Discrepancy, string])[];

export const isDiscrepancy = (name: string): name is Discrepancy => Object.hasOwn(descriptions, name);

/**
 * Parses the lines of `npm run books`.
 * @throws Error for an unknown line
 */
export function parseBooks(text: string): Pick<Finding, 'operationId' | 'discrepancy'>[] {
  // After an empty line, the open findings are counted.
  const [table = ''] = text.startsWith('open') ? [] : text.split('\n\n');
  return table
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, operationId, what] = line.split(/ {2,}/);
      const [discrepancy] = discrepancies.find(([, description]) => description === what) ?? [];
      if (operationId === undefined || discrepancy === undefined) {
        throw new Error(`unknown line of the books: ${line}`);
      }
      return { operationId, discrepancy };
    });
}
