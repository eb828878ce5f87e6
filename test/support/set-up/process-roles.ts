/** A database as an operator prepares it: with its tables, and with a role for each process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { indexRights, indexTables } from '../../../store/index/postgres/index.ts';
import { journalRights } from '../../../store/journal/postgres/index.ts';
import { migrating } from '../../../store/journal/postgres/migrating.ts';
import { openPostgres } from '../../../store/postgres/database.ts';
import { granting, type ProcessRole } from '../../../store/postgres/process-roles.ts';
import { rateRights, rateTables } from '../../../store/shared-state/postgres/rates.ts';
import { sealedRights, sealedTables } from '../../../store/shared-state/postgres/sealed-state.ts';
import { usageRights, usageTables } from '../../../store/shared-state/postgres/usage.ts';
import type { PostgresDatabase, PostgresServer } from '../postgres.ts';

/** The rights of the processes in each schema. */
export const rightsOfProcesses = [
  journalRights,
  indexRights,
  sealedRights('sign-in'),
  sealedRights('web'),
  rateRights,
  usageRights,
];

const password = 'password-of-a-process';
const processes = [
  'PATRONS',
  'CREDENTIALS',
  'CIRCULATION',
  'CHARGES',
  'GATEWAY',
  'SIGN_IN',
  'WEB',
  'ONE_PROCESS',
];

/** Creates the roles in the server of the database, as deploy/postgres/roles.sql does. */
export async function createProcessRoles(url: string): Promise<void> {
  const file = join(import.meta.dirname, '../../../deploy/postgres/roles.sql');
  const passwords = Object.fromEntries(processes.map((name) => [`${name}_DATABASE_PASSWORD`, password]));
  await promisify(execFile)('psql', [url, '--quiet', '--no-psqlrc', '--file', file], {
    env: { ...process.env, ...passwords },
  });
}

/** Makes all tables as the owner, and gives each role its rights, as `npm run migrate` does. */
export async function migrateForProcesses(url: string): Promise<void> {
  const settings = {
    url,
    applicationName: 'migrate',
    tls: null,
    maxConnections: 1,
    preparesStatements: true,
  };
  await using _database = await openPostgres({ ...settings, migrates: true }, {}, [
    migrating(),
    indexTables,
    sealedTables('sign-in'),
    sealedTables('web'),
    rateTables,
    usageTables,
    granting(rightsOfProcesses),
  ]);
}

/**
 * Creates databases on the server that are prepared for the processes. Each is a copy of one template, because making
 * all tables takes longer.
 */
export function preparedForProcesses(server: PostgresServer): () => Promise<PostgresDatabase> {
  let template: Promise<PostgresDatabase> | null = null;
  const prepare = async () => {
    const database = await server.createDatabase();
    await createProcessRoles(database.url);
    await migrateForProcesses(database.url);
    return database;
  };
  return async () => {
    template ??= prepare();
    return await server.createDatabase(await template);
  };
}

/** The URL with which a process connects to the database. */
export function urlAs(role: ProcessRole | 'patron_graph_one_process', url: string): string {
  const own = new URL(url);
  own.username = role;
  own.password = password;
  return own.href;
}
