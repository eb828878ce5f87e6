/**
 * The keys of patrons. The audit's entries about a patron are kept for ever, and are encrypted with that patron's own
 * key. Once the key is removed, nobody can open these entries or find out whom they are about (decision 49).
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createEncryption, type Encryption } from '../../encryption/encryption.ts';
import type { Asking, Transaction } from '../../sql.ts';
import { newOperationId } from '../operation-id.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql, StatementName } from '../statements/index.ts';

export interface PatronKey {
  readonly patronId: string;
  /** The patron's name in the audit. */
  readonly alias: string;
  readonly encryption: Encryption;
}

export interface PatronKeyRow {
  /** A keyed digest of the patron's number. */
  readonly patron: string;
  readonly alias: string;
  readonly keyEncrypted: string;
}

const keyBytes = 32;

const keyContent = z.object({ patronId: z.string(), key: z.base64url() });

export function openPatronKey(
  encryption: Encryption,
  { alias, keyEncrypted }: Pick<PatronKeyRow, 'alias' | 'keyEncrypted'>,
): PatronKey {
  const { patronId, key } = keyContent.parse(JSON.parse(encryption.decrypt(keyEncrypted)));
  return { patronId, alias, encryption: createEncryption(new Uint8Array(Buffer.from(key, 'base64url'))) };
}

function newPatronKey(encryption: Encryption, patronId: string): PatronKeyRow {
  const key = randomBytes(keyBytes).toString('base64url');
  return {
    patron: encryption.digest('patron', patronId),
    alias: newOperationId(),
    keyEncrypted: encryption.encrypt(JSON.stringify({ patronId, key })),
  };
}

/** The patron's key. Null if nothing was encrypted for the patron yet, or if the key was removed. */
export async function findPatronKey(
  sql: JournalSql,
  encryption: Encryption,
  patronId: string,
): Promise<PatronKey | null> {
  const [row] = await sql.read<PatronKeyRow>('patronKey', [encryption.digest('patron', patronId)]);
  return row === undefined ? null : openPatronKey(encryption, row);
}

/**
 * Returns the keys of the patrons, by the patron's number. Patrons without a key get one. The keys are locked until the
 * transaction ends. So an erasure can't remove a key before this transaction has written rows with it.
 */
export function* patronKeysFor(
  { ask }: Pick<Transaction<StatementName>, 'ask'>,
  encryption: Encryption,
  patronIds: readonly string[],
): Asking<ReadonlyMap<string, PatronKey>> {
  const patrons = new Map(patronIds.map((patronId) => [encryption.digest('patron', patronId), patronId]));
  const stored = yield* ask<PatronKeyRow>('lockPatronKeys', [[...patrons.keys()]]);
  for (const { patron } of stored) {
    patrons.delete(patron);
  }
  const missing = [...patrons.values()].map((patronId) => newPatronKey(encryption, patronId));
  // Another process may add the same keys at this moment. Both processes lock the keys in sorted order, so they can't
  // deadlock.
  missing.sort((one, other) => (one.patron < other.patron ? -1 : 1));
  const added =
    missing.length === 0 ? [] : yield* ask<PatronKeyRow>('addPatronKeys', [JSON.stringify(missing)]);
  const keys = [...stored, ...added].map((row) => openPatronKey(encryption, row));
  return new Map(keys.map((key) => [key.patronId, key]));
}

/** The key of one patron, from the result of `patronKeysFor`. */
export const keyOf = (keys: ReadonlyMap<string, PatronKey>, patronId: string): PatronKey =>
  requireFound(keys.get(patronId));
