import { hash } from 'node:crypto';
import type * as prs from './contract.generated.ts';

/**
 * The port's version of a record: a digest of the patron number and PRS's stamp. The digest is the same in all
 * processes. The stamp is the time of the last change. If the version were the stamp itself, front ends would parse it,
 * and a reader would see when staff last changed the record. The digest doesn't protect the stamp against an attacker,
 * who can try all seconds of a year.
 *
 * @example
 * // P0000001, amended at 20250101090000 → 'iSgYVpNaGxULI3n1DewcsA'
 */
export const recordVersion = (number: prs.PatronNo, stamp: prs.Stamp14): string =>
  hash('sha256', `${number} ${stamp}`, 'buffer').subarray(0, 16).toString('base64url');
