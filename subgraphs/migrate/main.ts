/** Updates the journal's tables in PostgreSQL: `npm run --silent migrate`. docs/runbook.md says when to run it. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { indexRights, indexTables } from '../../store/index/postgres/index.ts';
import { journalRights } from '../../store/journal/postgres/index.ts';
import { migrating } from '../../store/journal/postgres/migrating.ts';
import type { Migration } from '../../store/migrations.ts';
import { journalApplication, openPostgres } from '../../store/postgres/database.ts';
import { granting } from '../../store/postgres/process-roles.ts';
import { rateRights, rateTables } from '../../store/shared-state/postgres/rates.ts';
import { sealedRights, sealedTables } from '../../store/shared-state/postgres/sealed-state.ts';
import { usageRights, usageTables } from '../../store/shared-state/postgres/usage.ts';
import { readOperationsConfig } from '../runtime/operations-config.ts';
import { required } from '../runtime/start.ts';

const usage = `Usage: npm run --silent migrate [-- --check]

Makes what this release's tables have and the database lacks, each step in a transaction, while processes of this release and of
the one before it run. Then it gives the roles of deploy/postgres/roles.sql what each part needs, if they are there. Run it before
the first process of a new release starts: docs/runbook.md has the order. Two that run at the same time wait for one another. A
file in DATA_DIR needs no migration: npm start does it.

  --check   changes nothing, and says what is lacking
  --help    this

DATABASE_URL   the PostgreSQL in which all processes keep their operations; as the owner of the tables, and not behind a
               pooler that gives up long transactions

Ends with 0 where the database has everything; with 1 where it doesn't, or can't be migrated, and with 2 where the command is not
understood.
`;

const rightsOfProcesses = [
  journalRights,
  indexRights,
  sealedRights('sign-in'),
  sealedRights('web'),
  rateRights,
  usageRights,
];

/**
 * Resolves to the migrations that were run. Rejects with an Error whose message says what is missing, or why a
 * migration failed.
 */
async function migrate(
  env: NodeJS.ProcessEnv,
  migrates: boolean,
  log: Logger,
): Promise<readonly Migration[]> {
  const { databaseUrl, databaseTls, preparesStatements } = readOperationsConfig(env);
  const { DATABASE_URL } = required({ DATABASE_URL: databaseUrl });
  const tls = openClientTls(databaseTls, log);
  const url = DATABASE_URL.href;
  const applicationName = journalApplication;
  const settings = { url, applicationName, tls, maxConnections: 1, preparesStatements, migrates };
  const done: Migration[] = [];
  await using _database = await openPostgres(settings, {}, [
    migrating((migration) => done.push(migration)),
    indexTables,
    sealedTables('sign-in'),
    sealedTables('web'),
    rateTables,
    usageTables,
    ...(migrates ? [granting(rightsOfProcesses)] : []),
  ]);
  return done;
}

/** Parses the arguments. Null for `--help`. */
function parse(args: string[]): { readonly isCheck: boolean } | null {
  const options = { check: { type: 'boolean', default: false }, help: { type: 'boolean' } } as const;
  const { help, check } = parseArgs({ args, options }).values;
  return help ? null : { isCheck: check };
}

await runCommand({
  usage,
  parse,
  async run({ isCheck }, log) {
    for (const { number, name } of await migrate(process.env, !isCheck, log)) {
      process.stdout.write(`migration ${number}: ${name}\n`);
    }
    process.stdout.write('The database has everything that this release needs.\n');
    return 0;
  },
  failureCode: 1,
});
