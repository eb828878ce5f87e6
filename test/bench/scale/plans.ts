import { z } from 'zod';
import { statements } from '../../../store/journal/postgres/statements.ts';

/** A node of a plan, as `explain (format json)` shows it. */
const planNode = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Total Cost': z.number(),
  get Plans() {
    return z.array(planNode).optional();
  },
});
type PlanNode = z.infer<typeof planNode>;
const explained = z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: planNode })]) });

/** PostgreSQL's plan for a statement of the journal. */
export interface StatementPlan {
  readonly name: string;
  /** The scans of the plan, such as `operations by operations_by_code`, or `operations, whole`. */
  readonly scans: readonly string[];
  /** The tables that the statement reads from the first to the last row. */
  readonly wholeTables: readonly string[];
  /** The cost in PostgreSQL's units. 1 is the cost of a page that is read sequentially. */
  readonly cost: number;
}

/** Tables with one row, or with only as many rows as a person can read. */
const smallTables: ReadonlySet<string> = new Set([
  'books',
  'secrets',
  'settings',
  'migrations',
  'findings',
  'notice_sender',
  'owing_follower',
]);

/** Statements that have to read a whole table, each with the reason. */
export const mayReadWhole: Readonly<Record<string, string>> = {
  forgetEffects: 'it removes all effects, once, when circulation was restored',
  forgetLoans: 'it removes all loans, at the same time',
  measureChanges: 'it reads the latest 10,000 effects and their operations, for an operator',
  measureDuplicates: 'it reads the latest 10,000 effects, for an operator',
  measureGaps: 'it reads the latest 10,000 effects, for an operator',
  countOwing: 'it counts every patron who owes something',
  markAllOwing: 'every account is read again, once, when the payment system begins its changes again',
  countDeliveries: 'every notice that is kept waits or was given up, and is counted',
};

/**
 * PostgreSQL plans the first five executions with their values. After this number, it has decided whether to use one
 * generic plan instead.
 */
const executions = 7;

/** A sample value of the type: an existing operation's id, the commonest kind, a few rows, or a minute in ms. */
function sampleOf(type: string): string {
  const idAt = (number: number) => `substr(md5(${number}::text), 1, 22)`;
  switch (type) {
    case 'text':
      return idAt(2000);
    case 'text[]':
      return `array[${[0, 2000, 4000, 6000].map(idAt).join(', ')}, 'CHECK_OUT']`;
    case 'integer':
    case 'bigint':
      return '100';
    case 'double precision':
    case 'numeric':
      return '60000';
    case 'double precision[]':
      return 'array[0, 60000]';
    case 'boolean':
      return 'false';
    case 'json':
      return "'[]'::json";
    case 'timestamp with time zone':
      return 'now()';
    default:
      throw new Error(`no sample of a value of type ${type}`);
  }
}

/** The plan of each statement of the journal after some executions, with typical values. */
export async function journalPlans(
  query: (text: string) => Promise<readonly Record<string, unknown>[]>,
): Promise<readonly StatementPlan[]> {
  const plans: StatementPlan[] = [];
  for (const [name, text] of Object.entries(statements)) {
    await query(`prepare planned as ${text}`);
    const [prepared] = await query(
      "select parameter_types::text[] as types from pg_prepared_statements where name = 'planned'",
    );
    const values = z
      .object({ types: z.array(z.string()) })
      .parse(prepared)
      .types.map(sampleOf)
      .join(', ');
    const explain = `explain (format json) execute planned${values === '' ? '' : `(${values})`}`;
    for (let execution = 1; execution < executions; execution += 1) {
      await query(explain);
    }
    const [row] = await query(explain);
    await query('deallocate planned');
    const [{ Plan: plan }] = explained.parse(row)['QUERY PLAN'];
    plans.push({ name, ...scansOf(plan), cost: plan['Total Cost'] });
  }
  return plans;
}

function scansOf(plan: PlanNode): Pick<StatementPlan, 'scans' | 'wholeTables'> {
  const scans = new Set<string>();
  const wholeTables = new Set<string>();
  const visit = (node: PlanNode, table: string | undefined) => {
    const relation = node['Relation Name'] ?? table;
    const index = node['Index Name'];
    if (node['Node Type'] === 'Seq Scan' && relation !== undefined) {
      scans.add(`${relation}, whole`);
      if (!smallTables.has(relation)) {
        wholeTables.add(relation);
      }
    } else if (index !== undefined) {
      scans.add(`${relation} by ${index}`);
    }
    for (const child of node.Plans ?? []) {
      visit(child, relation);
    }
  };
  visit(plan, undefined);
  return { scans: [...scans].sort(), wholeTables: [...wholeTables].sort() };
}
