import { type ByClass, perClass } from '../../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../../platform/tls/client.ts';
import { type JournalSecrets, openDataKey, type StoredKeys } from '../../encryption/data-key.ts';
import { journalApplication, openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { tracedSql } from '../../traced-sql.ts';
import { createJournal } from '../journal.ts';
import type { JournalDatabase } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';
import { encryptPostgres, replacePostgresDataKey } from './encryption.ts';
import { migrating } from './migrating.ts';
import { statements } from './statements.ts';

export interface PostgresJournalOptions
  extends JournalSecrets,
    Partial<Pick<PostgresSettings, 'maxConnections' | 'preparesStatements' | 'migrates'>> {
  /** `postgresql://user:password@host:port/database`, with `sslmode` and other parameters of libpq. No error quotes it. */
  readonly url: string;
  /** How TLS connections are made, asked for each new one. In place of what the URL says, which must not mention it. */
  readonly tls?: ClientTls | null;
}

/**
 * Opens the journal in a database that any number of processes share. Its clock is the database's. After an outage of the
 * database, the next call connects again. Where all connections are in use, calls wait by their class (`forClass`). Rejects with
 * `JournalUnavailable` if the database can't be reached or would lose commits in a crash, is encrypted with another secret, or has
 * been used by a newer program.
 */
export async function openPostgresJournal({
  url,
  tls = null,
  secret,
  otherSecrets = [],
  replaceDataKey = false,
  maxConnections = 10,
  preparesStatements = true,
  migrates = true,
}: PostgresJournalOptions): Promise<JournalDatabase & ByClass<JournalDatabase>> {
  const applicationName = journalApplication;
  const settings = { url, applicationName, tls, maxConnections, preparesStatements, migrates };
  const encrypt = replaceDataKey ? replacePostgresDataKey : encryptPostgres;
  const encrypting = secret === null ? [] : [encrypt(secret, otherSecrets)];
  const database = await openPostgres(settings, statements, [migrating(), ...encrypting]);
  try {
    const dataKey = secret === null ? null : await dataKeyOf(database, [secret, ...otherSecrets]);
    const forClass = perClass((callClass) => {
      const view = database.forClass(callClass);
      return createJournal(tracedSql(view, 'postgresql'), dataKey, {
        connections: () => view.connections(),
        eraseRemoved() {},
      });
    });
    return { ...forClass('lending'), forClass };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

async function dataKeyOf(sql: JournalSql, secrets: readonly Uint8Array[]): Promise<Uint8Array> {
  const [keys] = await sql.read<StoredKeys>('readKeys', []);
  return openDataKey(secrets, requireFound(keys));
}
