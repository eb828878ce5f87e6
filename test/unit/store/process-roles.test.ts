/** Each process connects with its own role, and can do its work and nothing else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProcessRole, processRoles, rightsOnTable } from '../../../store/postgres/process-roles.ts';
import { openSharedBudgets } from '../../../store/shared-state/postgres/rates.ts';
import { openPostgresState } from '../../../store/shared-state/postgres/sealed-state.ts';
import { findPostgres, type PostgresDatabase, queryAt } from '../../support/postgres.ts';
import {
  migrateForProcesses,
  preparedForProcesses,
  rightsOfProcesses,
  urlAs,
} from '../../support/set-up/process-roles.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
const actions = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'] as const;

/** The rights that a role must have on a table. */
function rightsOn(role: ProcessRole, schema: string, table: string): readonly string[] {
  const ofSchema = rightsOfProcesses.find((one) => one.schema === schema) ?? expect.fail(schema);
  return rightsOnTable(ofSchema, role, table)?.split(', ') ?? [];
}

if ('reason' in server) {
  skipSuite('the roles of the processes', server.reason);
} else {
  describe('the roles of the processes', () => {
    let database: PostgresDatabase;
    beforeAll(async () => {
      database = await preparedForProcesses(server)();
    });

    test.each(processRoles)('%s has what its process needs on each table, and no more', async (role) => {
      const tables = await database.query(
        `select schemaname as schema, tablename as table, ${actions
          .map(
            (action) =>
              `has_table_privilege('${role}', format('%I.%I', schemaname, tablename), '${action}') as ${action}`,
          )
          .join(', ')}
        from pg_tables where schemaname like 'patron_graph%'`,
      );
      expect(tables.length).toBeGreaterThan(40);
      for (const { schema, table, ...may } of tables) {
        const granted = actions.filter((action) => may[action] === true);
        expect(granted, `${String(schema)}.${String(table)}`).toEqual(
          actions.filter((action) => rightsOn(role, String(schema), String(table)).includes(action)),
        );
      }
    });

    test.each(processRoles)('%s is told so by the server, and owns nothing', async (role) => {
      const ask = (sql: string) => queryAt(urlAs(role, database.url), sql);
      expect(
        await ask(
          'select current_user as name, rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user',
        ),
      ).toEqual([{ name: role, rolsuper: false, rolcreaterole: false, rolcreatedb: false }]);
      for (const sql of [
        'create schema own',
        'create table public.own ()',
        'alter table patron_graph.operations disable trigger all',
        'drop table patron_graph.readings',
        'delete from patron_graph.readings',
        'truncate patron_graph.changes',
        'update patron_graph.migrations set number = number',
        'delete from patron_graph.secrets',
        ...(role === 'patron_graph_patrons' ? [] : ['delete from patron_graph.patron_keys']),
        `set role ${role === 'patron_graph_web' ? 'patron_graph_patrons' : 'patron_graph_web'}`,
      ]) {
        await expect(ask(sql), sql).rejects.toThrow(/permission denied|must be owner/);
      }
      const foreign = [
        'patron_graph.secrets',
        'patron_graph_sign_in.items',
        'patron_graph_web.items',
        'patron_graph_rates_1.budgets',
      ];
      for (const table of foreign.filter(
        (one) => rightsOn(role, one.replace(/\..*/, ''), 'any').length === 0,
      )) {
        await expect(ask(`select from ${table}`), table).rejects.toThrow('permission denied');
      }
    });

    test('the gateway, sign-in and the pages do their work with theirs', async () => {
      await using budgets = await openSharedBudgets({
        url: urlAs('patron_graph_gateway', database.url),
        tls: null,
        migrates: false,
      });
      expect(await budgets.settle([{ key: 'k', takenMs: 10, maxDebtMs: 1000 }])).toHaveLength(1);
      await budgets.removeWhole();
      for (const [owner, role] of [
        ['sign-in', 'patron_graph_sign_in'],
        ['web', 'patron_graph_web'],
      ] as const) {
        const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
        const url = urlAs(role, database.url);
        await using state = await openPostgresState({ owner, url, tls: null, secrets, migrates: false });
        await state.ping();
      }
    });

    test('rights that somebody has added are taken away by the next migration', async () => {
      await database.query('grant usage on schema patron_graph to patron_graph_web');
      await database.query('grant select on patron_graph.secrets to patron_graph_web');
      await migrateForProcesses(database.url);
      const ask = queryAt(urlAs('patron_graph_web', database.url), 'select from patron_graph.secrets');
      await expect(ask).rejects.toThrow('permission denied');
    });
  });
}
