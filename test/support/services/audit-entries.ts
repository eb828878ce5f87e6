/** All entries of the audit in a journal's file, opened with the secret. The journal itself lists them by patron. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDataKey, type StoredKeys } from '../../../store/encryption/data-key.ts';
import { createEncryption, type Encryption } from '../../../store/encryption/encryption.ts';
import {
  type ChangeRow,
  entriesOpener,
  openChange,
  openReading,
  type ReadingRow,
} from '../../../store/journal/audit/rows.ts';
import type { AuditedChange, AuditedReading } from '../../../store/journal/port.ts';

interface AuditFile {
  readonly path: string;
  readonly secret: Uint8Array;
}

/** The journal's file of a system, with the secret that is beside it. */
export const auditFileOf = ({ dataDir }: { readonly dataDir: string }): AuditFile => ({
  path: join(dataDir, 'journal.sqlite'),
  secret: readFileSync(join(dataDir, 'journal.key')),
});

/** The readings, oldest first. */
export const readingsIn = (file: AuditFile): readonly AuditedReading[] =>
  opened(file, (encryption, database) =>
    rowsOf<ReadingRow>(database, 'readings').map(entriesOpener(encryption, openReading)),
  );

/** The changes, oldest first. */
export const changesIn = (file: AuditFile): readonly AuditedChange[] =>
  opened(file, (encryption, database) =>
    rowsOf<ChangeRow>(database, 'changes').map(entriesOpener(encryption, openChange)),
  );

function opened<T>(
  { path, secret }: AuditFile,
  read: (encryption: Encryption, database: DatabaseSync) => T,
): T {
  using database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const keys = database.prepare('select proof, data_key_sealed_by, data_key_sealed from secrets').get();
  return read(createEncryption(openDataKey([secret], keys as unknown as StoredKeys)), database);
}

const rowsOf = <Row>(database: DatabaseSync, table: 'readings' | 'changes'): Row[] =>
  database
    .prepare(
      `select *, (select key_encrypted from patron_keys where alias = ${table}.patron_id) as key_encrypted
      from ${table} order by number`,
    )
    .all() as unknown as Row[];
