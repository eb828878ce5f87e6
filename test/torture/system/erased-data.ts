/** What the program's keys still open of the data about erased persons. Reads the journal's tables directly. */
import { z } from 'zod';
import type { Encryption } from '../../../store/encryption/encryption.ts';
import { openPatronKey } from '../../../store/journal/audit/patron-keys.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import type { EndedLife, Moment } from '../history.ts';
import { openEncryption } from './journal-entries.ts';

/** A person with two records. */
type Person = Pick<EndedLife, 'leavingId' | 'stayingId'>;

const auditRow = z.object({ entry: z.string(), alias: z.string(), sealed: z.string() });
const keyRow = z.object({ alias: z.string(), key: z.string() });

/** The data about one person that was written before the erasure. */
type ErasedData = Pick<EndedLife, 'sealedRows' | 'openedRows'>;

/**
 * Tries to open all rows about erased persons with every key that the program still has. `erasedAt` is when each person's
 * erasure was requested, by the id of the record that stays.
 */
export async function tryToOpen(
  database: PostgresDatabase,
  secret: string,
  persons: readonly Person[],
  erasedAt: ReadonlyMap<string, Moment>,
): Promise<(person: Person) => ErasedData> {
  const encryption = await openEncryption(database, secret);
  const keysIn = async (table: string) =>
    (await database.query(`select alias, key_encrypted as key from ${table}`)).map((row) => {
      const { alias, key: keyEncrypted } = keyRow.parse(row);
      return openPatronKey(encryption, { alias, keyEncrypted });
    });
  const removed = await keysIn('public.removed_keys');
  const present = await keysIn('patron_graph.patron_keys');
  const audit = (
    await database.query(
      `select 'change ' || number as entry, patron_id as alias, sealed from patron_graph.changes where sealed is not null
       union all
       select 'reading ' || number, patron_id, sealed from patron_graph.readings where sealed is not null`,
    )
  ).map((row) => auditRow.parse(row));
  const named = await readNamed(database, encryption, persons, erasedAt);
  const keys = [encryption, ...present.map((key) => key.encryption)];
  const hasKey = new Set(present.map(({ alias }) => alias));
  return ({ leavingId, stayingId }) => {
    const records = [leavingId, stayingId];
    const own = removed.filter(({ patronId }) => records.includes(patronId));
    const sealed = audit.filter(({ alias, sealed: text }) =>
      own.some((key) => key.alias === alias && opens(key.encryption, text)),
    );
    const opened = sealed.filter(
      ({ alias, sealed: text }) => hasKey.has(alias) || keys.some((key) => opens(key, text)),
    );
    return {
      sealedRows: sealed.length,
      openedRows: [
        ...opened.map(({ entry }) => entry),
        ...named.filter(({ patronId }) => records.includes(patronId)).map(({ where }) => where),
      ],
    };
  };
}

/** A value that names a patron, in clear or once the key of the data has opened it. */
interface Named {
  readonly patronId: string;
  /** The table, the column, and an operation's id. */
  readonly where: string;
}

/**
 * The tables that may name an erased patron: merges and the closing's blocks, because the record can be opened again
 * (decision 49), and the findings and keys that are made later. Operations are read apart, because later ones may, too.
 */
const mayName = ['merged_patrons', 'standing_blocks', 'findings', 'patron_keys', 'operations'];

const columnRow = z.object({ table: z.string(), column: z.string() });
const valueRow = z.object({ value: z.string() });
const operationRow = z.object({ id: z.string(), requested_at: z.date(), row: z.string() });

/** Reads all texts of all tables, and finds those from before the erasure that name an erased person. */
async function readNamed(
  database: PostgresDatabase,
  { decrypt }: Encryption,
  persons: readonly Person[],
  erasedAt: ReadonlyMap<string, Moment>,
): Promise<readonly Named[]> {
  const stayingOf = new Map(
    persons.flatMap(({ leavingId, stayingId }) => [
      [leavingId, stayingId],
      [stayingId, stayingId],
    ]),
  );
  const momentOf = (patronId: string): Moment | null => erasedAt.get(stayingOf.get(patronId) ?? '') ?? null;
  const namedIn = (text: string): readonly string[] =>
    [text, ...(text.match(encrypted) ?? []).map((value) => openedText(decrypt, value))]
      .flatMap((clear) => clear.match(patronNumber) ?? [])
      .filter((patronId) => momentOf(patronId) !== null);
  const found: Named[] = [];
  const columns = await database.query(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'patron_graph' and data_type in ('text', 'json', 'jsonb')`,
  );
  for (const row of columns) {
    const { table, column } = columnRow.parse(row);
    if (mayName.includes(table)) {
      continue;
    }
    const values = await database.query(
      `select ${column}::text as value from patron_graph.${table} where ${column} is not null`,
    );
    for (const { value } of values.map((one) => valueRow.parse(one))) {
      found.push(...namedIn(value).map((patronId) => ({ patronId, where: `${table}.${column}` })));
    }
  }
  for await (const { id, requested_at, row } of operationRows(database)) {
    const before = namedIn(row).filter((patronId) => requested_at.getTime() < (momentOf(patronId) ?? 0));
    found.push(...before.map((patronId) => ({ patronId, where: `operation ${id}` })));
  }
  return found;
}

/** The number of operations that are read at a time. Each has some kilobytes. */
const pageSize = 2_000;

/** All operations, as text. */
async function* operationRows(
  database: PostgresDatabase,
): AsyncGenerator<z.infer<typeof operationRow>, void, undefined> {
  let last = '';
  for (;;) {
    const page = await database.query(
      `select id, moments.requested_at, to_jsonb(operations)::text as row
       from patron_graph.operations as operations join public.moments as moments using (id)
       where id > '${last}' order by id limit ${pageSize}`,
    );
    const rows = page.map((row) => operationRow.parse(row));
    yield* rows;
    const next = rows.at(-1)?.id;
    if (next === undefined) {
      return;
    }
    last = next;
  }
}

/** The form of an encrypted value, and of a patron's number in `createPatronGroups`. */
const encrypted = /[\w-]{40,}/g;
const patronNumber = /\bP\d{7}\b/g;

function openedText(decrypt: Encryption['decrypt'], value: string): string {
  try {
    return decrypt(value);
  } catch {
    return '';
  }
}

const opens = ({ decrypt }: Encryption, value: string): boolean => openedText(decrypt, value) !== '';
