import { hash } from 'node:crypto';
import {
  isSealedBy,
  newDataKey,
  openDataKey,
  type StoredKeys,
  sealDataKey,
} from '../../encryption/data-key.ts';
import { createEncryption, deriveKey, type Encryption } from '../../encryption/encryption.ts';
import type { Ask as AskOf } from '../../sql.ts';
import type { SealedItem, SealedState, StateOwner, StoredItem } from '../port.ts';
import { BoundedKinds } from './bounded-kinds.ts';
import type { StatementName } from './statements.ts';

/** Runs a statement as a transaction. When the call resolves, its effect is on the disk. */
type Ask = AskOf<StatementName>;

/**
 * The first secret seals the data key. While the secret is being replaced, any of these secrets can open the data key.
 */
export type StateSecrets = readonly [Uint8Array, ...Uint8Array[]];

export interface StateLimits {
  /** The maximum length of a value, in characters of JSON. */
  readonly valueLength: number;
  /** The time between two counts of a kind, in ms. A count reads up to `maxOfKind` rows. */
  readonly countingMs: number;
  /** The number of rows removed in one transaction. */
  readonly removedAtOnce: number;
}

const defaultLimits: StateLimits = {
  // An authorization request can be as long as a URL: 16 kB.
  valueLength: 32_768,
  countingMs: 10_000,
  removedAtOnce: 2_000,
};

interface ItemRow {
  readonly key: string;
  readonly sealed: string;
  readonly consumed_at: number | string | null;
}

export interface StateOptions {
  /** A clock that is nearly the same in all processes. An item may expire a second sooner or later. */
  readonly now: () => number;
  readonly limits?: StateLimits;
}

/**
 * The sealed state, in SQLite or PostgreSQL. Ids are stored as SHA-256 hashes, so that nobody who reads the database
 * can use a session or a token. Secret ids are random, so nobody can guess an id and compare its hash. Values are
 * encrypted with a data key. The data key is stored in the same database, encrypted with a secret, as in the journal.
 * @throws Error if none of the secrets opens the data key.
 */
export async function createState(
  ask: Ask,
  owner: StateOwner,
  secrets: StateSecrets,
  { now, limits = defaultLimits }: StateOptions,
): Promise<Omit<SealedState, keyof AsyncDisposable>> {
  const dataKey = await agreeOnDataKey(ask, owner, secrets);
  const encryption = createEncryption(deriveKey(dataKey, `patron-graph ${owner}`));
  const kinds = new BoundedKinds(ask, now, limits.countingMs);
  const valuesOf = ({ kind, id, uid, ownerId, value, expiresAt }: SealedItem) => {
    const key = keyOf(kind, id);
    const uidKey = uid === null ? null : keyOf(`${kind} uid`, uid);
    const ownerKey = ownerId === null ? null : ownerKeyOf(ownerId);
    return [key, kind, uidKey, ownerKey, seal(encryption, key, value, limits.valueLength), expiresAt];
  };
  const open = ([row]: readonly ItemRow[]): StoredItem | null =>
    row === undefined ? null : openRow(encryption, row);
  return {
    async save(item) {
      await kinds.write(item, () => ask('save', valuesOf(item)));
    },
    async add(item) {
      return (await kinds.write(item, () => ask('add', [...valuesOf(item), now()]))).length > 0;
    },
    replace: async (item) => (await ask('replace', [...valuesOf(item), now()])).length > 0,
    find: async (kind, id) => open(await ask<ItemRow>('find', [keyOf(kind, id), now()])),
    findByUid: async (kind, uid) => open(await ask<ItemRow>('findByUid', [keyOf(`${kind} uid`, uid), now()])),
    list: async (kind) => (await ask<ItemRow>('list', [kind, now()])).map((row) => openRow(encryption, row)),
    consume: async (kind, id) => (await ask('consume', [keyOf(kind, id), now()])).length > 0,
    async remove(kind, id) {
      await ask('remove', [keyOf(kind, id)]);
    },
    listOwned: async (kind, ownerId) =>
      (await ask<ItemRow>('listOwned', [kind, ownerKeyOf(ownerId), now()])).map((row) =>
        openRow(encryption, row),
      ),
    async removeOwned(kind, ownerId) {
      await ask('removeOwned', [kind, ownerKeyOf(ownerId)]);
    },
    async removeExpired(signal) {
      const { removedAtOnce } = limits;
      let removed = 0;
      let batch = removedAtOnce;
      while (batch === removedAtOnce && signal?.aborted !== true) {
        batch = (await ask('removeExpired', [now(), removedAtOnce])).length;
        removed += batch;
      }
      return removed;
    },
    count: (kind, max) => kinds.count(kind, max),
    async ping() {
      await ask('readKeys', []);
    },
    keyFor: (use) => deriveKey(dataKey, `patron-graph ${owner} ${use}`),
  };
}

const keyOf = (kind: string, id: string): string => hash('sha256', JSON.stringify([kind, id]), 'base64url');

const ownerKeyOf = (ownerId: string): string => keyOf('grant', ownerId);

/** Encrypts a value together with the key of its row, so that `openRow` notices if a value was moved to another row. */
function seal(encryption: Encryption, key: string, value: SealedItem['value'], maxLength: number): string {
  const text = JSON.stringify([key, value]);
  if (text.length > maxLength) {
    throw new RangeError(`a value has more than ${maxLength} characters`);
  }
  return encryption.encrypt(text);
}

function openRow(encryption: Encryption, { key, sealed, consumed_at: consumedAt }: ItemRow): StoredItem {
  const [sealedFor, value] = JSON.parse(encryption.decrypt(sealed)) as [string, SealedItem['value']];
  if (sealedFor !== key) {
    throw new Error('a stored value is in the row of another');
  }
  // PostgreSQL returns a bigint as a string.
  return { value, consumedAt: consumedAt === null ? null : Number(consumedAt) };
}

/**
 * Returns the data key that all processes share. The first process creates it. If it is encrypted with another secret
 * than the first of `secrets`, this process encrypts it again with the first one.
 */
async function agreeOnDataKey(ask: Ask, owner: StateOwner, secrets: StateSecrets): Promise<Uint8Array> {
  const [first] = secrets;
  const read = async () => (await ask<StoredKeys>('readKeys', []))[0];
  if ((await read()) === undefined) {
    const dataKey = newDataKey();
    const { sealedBy, sealed } = sealDataKey(first, dataKey);
    await ask('addKeys', [createEncryption(dataKey).proof, sealedBy, sealed]);
  }
  const stored = await read();
  if (stored === undefined || !secrets.some((secret) => isSealedBy(secret, stored))) {
    const variable = `${owner.toUpperCase().replace('-', '_')}_SECRET`;
    throw new Error(`${owner}: the state is sealed with another secret: ${variable} must have that, too`);
  }
  const dataKey = openDataKey(secrets, stored);
  if (!isSealedBy(first, stored)) {
    const { sealedBy, sealed } = sealDataKey(first, dataKey);
    await ask('sealKeys', [sealedBy, sealed]);
  }
  return dataKey;
}
