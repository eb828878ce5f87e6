import { type ByClass, type CallClass, perClass } from '../../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../../platform/tls/client.ts';
import { type JournalSecrets, openDataKey, type StoredKeys } from '../../encryption/data-key.ts';
import { journalApplication, openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { tracedSql } from '../../traced-sql.ts';
import { createJournal } from '../journal.ts';
import type { JournalDatabase } from '../port.ts';
import { requireFound } from '../rows.ts';
import { tracedTables } from '../traced-tables.ts';
import { encryptPostgres, replacePostgresDataKey } from './encryption.ts';
import { migrating } from './migrating.ts';
import { statements } from './statements.ts';
import { postgresTables } from './tables.ts';

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
  if (secret === null) {
    const unread = await openPostgres(settings, statements, [migrating()]);
    return byClass((callClass) =>
      createJournal(postgresTables(unread.forClass(callClass)), unread.forClass(callClass), null),
    );
  }
  const encrypt = replaceDataKey ? replacePostgresDataKey : encryptPostgres;
  const preparations = [migrating(), encrypt(secret, otherSecrets)];
  const database = await openPostgres(settings, statements, preparations);
  try {
    const [keys] = await database.read<StoredKeys>('readKeys', []);
    const dataKey = openDataKey([secret, ...otherSecrets], requireFound(keys));
    return byClass((callClass) =>
      createJournal(
        tracedTables(postgresTables(database.forClass(callClass)), 'postgresql'),
        tracedSql(database.forClass(callClass), 'postgresql'),
        dataKey,
      ),
    );
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

function byClass(
  viewOf: (callClass: CallClass) => JournalDatabase,
): JournalDatabase & ByClass<JournalDatabase> {
  const forClass = perClass(viewOf);
  return { ...forClass('lending'), forClass };
}
