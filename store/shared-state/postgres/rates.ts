import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { ownSchema } from '../../postgres/preparation.ts';
import { rowRights, type SchemaRights } from '../../postgres/process-roles.ts';
import { asUnavailable } from '../as-unavailable.ts';
import type { SharedBudgets, TakenFromBudget } from '../port.ts';

/**
 * The schema's name contains the version of the tables. A change of the tables needs the next version. The content may be
 * lost then.
 */
const schema = 'patron_graph_rates_1';

const statements = {
  /**
   * Adds each `taken` time to the time at which its budget is full again. Budgets are changed in the order of their
   * keys, so that two processes don't deadlock.
   *
   * A new row starts from a full budget: its `whole_at` is the present time plus `taken`. If the row already exists,
   * SQL gives the update only this proposed row (`excluded`), which has no column `taken`. So `taken` is computed as
   * `excluded.whole_at` minus the present time. `statement_timestamp()` is the same in the whole statement.
   */
  settle: `
    insert into ${schema}.budgets as budget (key, whole_at, max_debt)
    select key, statement_timestamp() + taken * interval '1 ms', max_debt * interval '1 ms'
    from unnest($1::text[], $2::double precision[], $3::double precision[]) as used (key, taken, max_debt)
    order by key
    on conflict (key) do update set
      whole_at = least(
        greatest(budget.whole_at, statement_timestamp()) + (excluded.whole_at - statement_timestamp()),
        statement_timestamp() + excluded.max_debt
      ),
      max_debt = excluded.max_debt
    returning key, extract(epoch from least(whole_at - statement_timestamp(), max_debt)) * 1000 as debt`,
  removeWhole: `delete from ${schema}.budgets where whole_at < clock_timestamp()`,
} as const;

/** One connection settles the budgets every second. The other removes the rows of budgets that are full again. */
const maxConnections = 2;

export const rateTables = ownSchema(
  schema,
  'budgets',
  readFileSync(join(import.meta.dirname, 'rates.sql'), 'utf8'),
);

export const rateRights: SchemaRights = { schema, rights: { patron_graph_gateway: rowRights }, except: {} };

type Settings = Pick<PostgresSettings, 'url' | 'tls' | 'migrates'>;

/**
 * Opens the budgets in a database of PostgreSQL.
 * @throws SharedStateUnavailable
 */
export async function openSharedBudgets(settings: Settings): Promise<SharedBudgets> {
  const own = { applicationName: 'patron-graph rates', maxConnections, preparesStatements: false };
  const database = await asUnavailable(() => openPostgres({ ...settings, ...own }, statements, [rateTables]));
  return {
    async settle(taken) {
      const rows = await asUnavailable(() =>
        database.write<{ key: string; debt: string }>('settle', columnsOf(taken)),
      );
      const debts = new Map(rows.map(({ key, debt }) => [key, Number(debt)]));
      return taken.map(({ key, takenMs }) => debts.get(key) ?? takenMs);
    },
    async removeWhole() {
      await asUnavailable(() => database.write('removeWhole', []));
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const columnsOf = (taken: readonly TakenFromBudget[]): readonly (readonly string[])[] => [
  taken.map(({ key }) => key),
  taken.map(({ takenMs }) => String(takenMs)),
  taken.map(({ maxDebtMs }) => String(maxDebtMs)),
];
