import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { openPostgresState } from '../../../store/shared-state/postgres/sealed-state.ts';
import type { StateOptions, StateSecrets } from '../../../store/shared-state/sealed-state/create-state.ts';
import { openSqliteState } from '../../../store/shared-state/sqlite/sealed-state.ts';
import type { PostgresServer } from '../../support/postgres.ts';
import { preparedForProcesses, urlAs } from '../../support/set-up/process-roles.ts';

type Options = StateOptions & { readonly secrets?: StateSecrets };

/** A state under test. It is empty at first. */
export interface StateUnderTest extends AsyncDisposable {
  readonly state: SealedState;
  /** Opens the state as another process does. The new instance is closed with the subject. */
  openAnother(options?: Partial<Options>): Promise<SealedState>;
  /** The name of the table of items in SQL. */
  readonly table: string;
  /** Runs a statement directly in the database. */
  run(sql: string): Promise<void>;
  /** The rows of the table of items, as they are stored. */
  rows(): Promise<readonly unknown[]>;
}

export type StateOpening = (options: Options) => Promise<StateUnderTest>;

const secrets: StateSecrets = [new TextEncoder().encode('a secret of the tests, long enough')];

type Open = (options: Options & { readonly secrets: StateSecrets }) => Promise<SealedState>;

async function underTest(
  options: Options,
  open: Open,
  query: (sql: string) => Promise<readonly unknown[]>,
  table: string,
  resources: AsyncDisposableStack,
): Promise<StateUnderTest> {
  const openAnother = async (more: Partial<Options> = {}) =>
    resources.use(await open({ secrets, ...options, ...more }));
  const state = await openAnother();
  const moved = resources.move();
  return {
    state,
    table,
    openAnother: async (more) => moved.use(await open({ secrets, ...options, ...more })),
    async run(sql) {
      await query(sql);
    },
    rows: () => query(`select * from ${table}`),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

export const openInSqlite: StateOpening = async (options) => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'sign-in.sqlite');
  const query = async (sql: string) => {
    using database = new DatabaseSync(path);
    return database.prepare(sql).all();
  };
  return await underTest(
    options,
    (all) => openSqliteState({ owner: 'sign-in', path, ...all }),
    query,
    'items',
    resources,
  );
};

export function openInPostgres(server: PostgresServer): StateOpening {
  const createDatabase = preparedForProcesses(server);
  return async (options) => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await createDatabase());
    const url = urlAs('patron_graph_sign_in', database.url);
    return await underTest(
      options,
      (all) => openPostgresState({ owner: 'sign-in', url, tls: null, ...all }),
      (sql) => database.query(sql),
      'patron_graph_sign_in.items',
      resources,
    );
  };
}
