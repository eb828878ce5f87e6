import { createHash } from 'node:crypto';
import type * as prs from './contract.generated.ts';

/**
 * The version of a record, as the port has it: a digest of number and stamp. The stamp itself is a time, which front ends would parse,
 * and it tells a reader when staff last changed the record. All processes make the same digest. It hides the stamp from whoever reads
 * it, not from whoever tries all seconds of a year.
 *
 * @example
 * // P0000001, amended at 20250101090000 → 'iSgYVpNaGxULI3n1DewcsA'
 */
export const recordVersion = (number: prs.PatronNo, stamp: prs.Stamp14): string =>
  createHash('sha256').update(`${number} ${stamp}`).digest().subarray(0, 16).toString('base64url');
