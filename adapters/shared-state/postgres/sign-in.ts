import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, type PostgresSettings } from '../../journal/postgres/database.ts';
import { ownSchema } from '../../journal/postgres/preparation.ts';
import type { SignInState } from '../port.ts';
import { createState, type SignInSecrets, type StateOptions } from '../sign-in/create-state.ts';
import { createStatements } from '../sign-in/statements.ts';

/** Of its own, so that a database role may be given this and nothing of the journal. */
const schema = 'patron_graph_sign_in';

const statements = createStatements(`${schema}.`);

export const signInTables = ownSchema(
  schema,
  'items',
  readFileSync(join(import.meta.dirname, 'sign-in.sql'), 'utf8'),
);

export interface PostgresSignInOptions
  extends Partial<StateOptions>,
    Pick<PostgresSettings, 'url'>,
    Partial<Omit<PostgresSettings, 'url'>> {
  readonly secrets: SignInSecrets;
}

/** Opens the state in PostgreSQL, for any number of processes. Rejects if the database or the secret can't be used. */
export async function openPostgresSignIn({
  url,
  tls = null,
  maxConnections = 8,
  preparesStatements = true,
  migrates = true,
  secrets,
  now = Date.now,
  ...options
}: PostgresSignInOptions): Promise<SignInState> {
  const settings = { url, tls, maxConnections, preparesStatements, migrates };
  const database = await openPostgres(settings, statements, [signInTables]);
  try {
    const state = await createState(
      async (name, values) => (await database.ask(name, values)).rows,
      secrets,
      { now, ...options },
    );
    return { ...state, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
