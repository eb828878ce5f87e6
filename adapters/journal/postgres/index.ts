import type { ClientTls } from '../../../tls/client.ts';
import { type JournalSecrets, keyRingOf } from '../encryption/key-ring.ts';
import { createJournal } from '../journal.ts';
import type { JournalDatabase } from '../port.ts';
import { openPostgresDatabase } from './database.ts';
import { encryptPostgres } from './encryption.ts';
import { postgresTables } from './tables.ts';

export interface PostgresJournalOptions extends JournalSecrets {
  /** `postgresql://user:password@host:port/database`, with `sslmode` and other parameters of libpq. No error quotes it. */
  readonly url: string;
  /** How TLS connections are made, asked for each new one. In place of what the URL says, which must not mention it. */
  readonly tls?: ClientTls | null;
}

/**
 * Opens the journal in a database that any number of processes share. Its clock is the database's. After an outage of the
 * database, the next call connects again. Rejects with `JournalUnavailable` if the database can't be reached or would lose
 * commits in a crash, is encrypted with another secret, or has been used by a newer program.
 */
export async function openPostgresJournal({
  url,
  tls = null,
  ...secrets
}: PostgresJournalOptions): Promise<JournalDatabase> {
  const keyRing = keyRingOf(secrets);
  const database = await openPostgresDatabase(
    url,
    tls,
    secrets.secret === null ? null : encryptPostgres(keyRing),
  );
  return createJournal(postgresTables(database), keyRing.current);
}
