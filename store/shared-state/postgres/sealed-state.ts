import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { ownSchema } from '../../postgres/preparation.ts';
import { rowRights, type SchemaRights } from '../../postgres/process-roles.ts';
import type { SealedState, StateOwner } from '../port.ts';
import { createState, type StateOptions, type StateSecrets } from '../sealed-state/create-state.ts';
import { createStatements } from '../sealed-state/statements.ts';

/** The database schema of each service. The service's PostgreSQL role has the same name. */
const schemaOf = {
  'sign-in': 'patron_graph_sign_in',
  web: 'patron_graph_web',
} as const satisfies Readonly<Record<StateOwner, string>>;

const sql = readFileSync(join(import.meta.dirname, 'sealed-state.sql'), 'utf8');

export const sealedTables = (owner: StateOwner) => ownSchema(schemaOf[owner], 'items', sql);

export const sealedRights = (owner: StateOwner): SchemaRights => ({
  schema: schemaOf[owner],
  rights: { [schemaOf[owner]]: rowRights },
  except: {},
});

export interface PostgresStateOptions
  extends Partial<StateOptions>,
    Pick<PostgresSettings, 'url' | 'tls'>,
    Partial<Omit<PostgresSettings, 'url' | 'tls' | 'applicationName'>> {
  readonly owner: StateOwner;
  readonly secrets: StateSecrets;
}

/** Opens the state in PostgreSQL, for any number of processes. Rejects if the database or the secret can't be used. */
export async function openPostgresState({
  url,
  tls,
  maxConnections = 8,
  preparesStatements = true,
  migrates = true,
  owner,
  secrets,
  now = Date.now,
  ...options
}: PostgresStateOptions): Promise<SealedState> {
  const applicationName = `patron-graph ${owner}`;
  const settings = { url, applicationName, tls, maxConnections, preparesStatements, migrates };
  const statements = createStatements(`${schemaOf[owner]}.`);
  const database = await openPostgres(settings, statements, [sealedTables(owner)]);
  try {
    const state = await createState(database.write, owner, secrets, { now, ...options });
    return { ...state, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
