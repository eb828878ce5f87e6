import { type ByClass, perClass } from '../../../platform/priority/call-classes.ts';
import { journalApplication, openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { rowRights, type SchemaRights } from '../../postgres/process-roles.ts';
import { tracedSql } from '../../traced-sql.ts';
import { dataKeyIn, type JournalSecrets } from '../encryption/encrypt-database.ts';
import { createJournal } from '../journal.ts';
import type { JournalDatabase } from '../port.ts';
import { encryptPostgres, replacePostgresDataKey } from './key-preparation.ts';
import { migrating } from './migrating.ts';
import { statements } from './statements.ts';

const withoutDelete = 'select, insert, update';

/**
 * All subgraphs have the same rights, because each records, reconciles and removes operations. Only the role *patrons*
 * may remove a patron's key, because the patrons subgraph erases patrons. Without the key, nobody can read the audit's
 * entries about the patron.
 */
export const journalRights: SchemaRights = {
  schema: 'patron_graph',
  rights: {
    patron_graph_patrons: rowRights,
    patron_graph_credentials: rowRights,
    patron_graph_circulation: rowRights,
    patron_graph_charges: rowRights,
  },
  except: {
    migrations: { rights: 'select' },
    place_openings: { rights: 'select, insert' },
    // A trigger rejects every update, except one that encrypts a row that an older program wrote unencrypted.
    readings: { rights: withoutDelete },
    changes: { rights: withoutDelete },
    patron_keys: { rights: withoutDelete, of: { patron_graph_patrons: rowRights } },
    audited_applications: { rights: withoutDelete },
    secrets: { rights: withoutDelete },
    books: { rights: withoutDelete },
  },
};

export interface PostgresJournalOptions
  extends JournalSecrets,
    Pick<PostgresSettings, 'tls'>,
    Partial<Pick<PostgresSettings, 'maxConnections' | 'preparesStatements' | 'migrates'>> {
  /**
   * `postgresql://user:password@host:port/database`, with `sslmode` and other parameters of libpq. No error quotes the
   * URL.
   */
  readonly url: string;
  /** A monotonic clock, in ms. Default: the machine's. */
  readonly monotonic?: () => number;
}

/**
 * Opens the journal in a database that any number of processes share. The journal's clock is the database's clock. After
 * an outage, the next call connects again. If all connections are in use, calls wait in queues by their class
 * (`forClass`). Rejects with `StoreUnavailable` if the database can't be reached, would lose commits in a crash, is
 * encrypted with another secret, or was used by a newer program.
 */
export async function openPostgresJournal({
  url,
  tls,
  secret,
  otherSecrets = [],
  replaceDataKey = false,
  maxConnections = 10,
  preparesStatements = true,
  migrates = true,
  monotonic = () => performance.now(),
}: PostgresJournalOptions): Promise<JournalDatabase & ByClass<JournalDatabase>> {
  const applicationName = journalApplication;
  const settings = { url, applicationName, tls, maxConnections, preparesStatements, migrates };
  const secrets = secret === null ? null : ([secret, ...otherSecrets] as const);
  const encrypt = replaceDataKey ? replacePostgresDataKey : encryptPostgres;
  const preparations = secrets === null ? [migrating()] : [migrating(), encrypt(secrets)];
  const database = await openPostgres(settings, statements, preparations);
  try {
    const dataKey = secrets === null ? null : await dataKeyIn(database, secrets);
    const forClass = perClass((callClass) => {
      const view = database.forClass(callClass);
      return createJournal(tracedSql(view, 'postgresql'), dataKey, {
        connections: () => view.connections(),
        eraseRemoved() {},
        monotonic,
      });
    });
    return { ...forClass('lending'), forClass };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
