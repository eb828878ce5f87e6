/**
 * The database role of each process. A role has only the rights that the process needs. Only migrations connect as the
 * owner of the tables. If a process's role doesn't exist, the process connects as the owner, too, as in earlier
 * releases.
 */
import { lacksNoTables, type Preparation, type Run } from './preparation.ts';

export const processRoles = [
  'patron_graph_patrons',
  'patron_graph_credentials',
  'patron_graph_circulation',
  'patron_graph_charges',
  'patron_graph_gateway',
  'patron_graph_sign_in',
  'patron_graph_web',
] as const;
export type ProcessRole = (typeof processRoles)[number];

/** All rights that a process needs to keep rows. */
export const rowRights = 'select, insert, update, delete';

/** The rights of the processes in one schema. */
export interface SchemaRights {
  readonly schema: string;
  /** The rights of each role. A role that is absent has no rights in the schema. */
  readonly rights: Readonly<Partial<Record<ProcessRole, string>>>;
  /**
   * The tables on which the rights differ from `rights`. A role in a table's `of` has the rights that `of` gives. Every
   * other role of the schema has the table's own `rights`.
   */
  readonly except: Readonly<Record<string, TableRights>>;
}

export interface TableRights {
  readonly rights: string;
  readonly of?: Readonly<Partial<Record<ProcessRole, string>>>;
}

/** The rights of a role on a table. Null if the role has no rights in the schema. */
export const rightsOnTable = (
  { rights, except }: SchemaRights,
  role: ProcessRole,
  table: string,
): string | null =>
  rights[role] === undefined ? null : (except[table]?.of?.[role] ?? except[table]?.rights ?? rights[role]);

/**
 * Grants each existing role its rights in these schemas, and revokes all others. It must run as the owner, after all
 * migrations.
 */
export const granting = (schemas: readonly SchemaRights[]): Preparation => ({
  isDone: async () => false,
  lacks: lacksNoTables,
  async prepare(run) {
    const existing = await run<{ role: ProcessRole }>(
      'select rolname as role from pg_roles where rolname = any($1) order by rolname',
      [processRoles],
    );
    for (const { role } of existing) {
      for (const schema of schemas) {
        await grant(run, role, schema);
      }
    }
  },
});

async function grant(run: Run, role: ProcessRole, all: SchemaRights): Promise<void> {
  const { schema, rights, except } = all;
  await run(`revoke all on schema ${schema} from ${role}`);
  await run(`revoke all on all tables in schema ${schema} from ${role}`);
  const granted = rights[role];
  if (granted === undefined) {
    return;
  }
  await run(`grant usage on schema ${schema} to ${role}`);
  await run(`grant ${granted} on all tables in schema ${schema} to ${role}`);
  for (const table of Object.keys(except)) {
    await run(`revoke all on ${schema}.${table} from ${role}`);
    await run(`grant ${rightsOnTable(all, role, table)} on ${schema}.${table} to ${role}`);
  }
}
