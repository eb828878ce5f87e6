import { afterAll, describe, expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { readOperationsConfig } from '../../../subgraphs/runtime/operations-config.ts';
import { findPostgres, type PostgresServer } from '../../support/postgres.ts';
import { freePorts, run } from '../../support/processes.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

describe('a drop time below circulation’s', () => {
  const real = { CIRC_URL: 'http://circ/', CIRC_DROP_AFTER_MS: '3000' };

  test('is refused, with the value that would be accepted', () => {
    const read = () => readOperationsConfig(real);
    expect(read).toThrow(/is 3000, and circulation takes 30000/);
    expect(read).toThrow('CIRC_DROP_AFTER_MS');
    expect(read).toThrow('ALLOW_SIMULATOR_TIMES=1');
    expect(readOperationsConfig({ ...real, CIRC_DROP_AFTER_MS: '30000' }).dropAfterMs).toBe(30_000);
  });

  test('may be short for its own simulators, and for systems that are declared as simulators', () => {
    expect(readOperationsConfig({ CIRC_DROP_AFTER_MS: '3000' }).dropAfterMs).toBe(3_000);
    expect(readOperationsConfig({ ...real, ALLOW_SIMULATOR_TIMES: '1' }).dropAfterMs).toBe(3_000);
    expect(() => readOperationsConfig({ ...real, ALLOW_SIMULATOR_TIMES: 'yes' })).toThrow(
      'ALLOW_SIMULATOR_TIMES',
    );
  });

  test('and the other times of simulators can’t be set by accident in production', () => {
    const times = 'gapsFillMs=2000 laterChecksMs=1000,2000,3000';
    expect(readOperationsConfig({ ...real, ALLOW_SIMULATOR_TIMES: times })).toMatchObject({
      gapsFillWithinMs: 2_000,
      laterChecks: { refused: [1_000, 2_000, 3_000], done: [3_000] },
    });
    const production = { ...real, ALLOW_SIMULATOR_TIMES: '1', NODE_ENV: 'production' };
    expect(() => readOperationsConfig(production)).toThrow('is not for production');
    expect(() => readOperationsConfig({ ALLOW_SIMULATOR_TIMES: '1', NODE_ENV: 'production' })).toThrow();
  });
});

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
if ('reason' in server) {
  skipSuite('processes over one journal', server.reason);
} else {
  describe('processes over one journal', { timeout: 60_000 }, () => suite(server));
}

function suite(postgres: PostgresServer): void {
  const legacy = openedForTests(() => startSimulators());

  const start = (subgraph: 'circulation' | 'credentials', url: string, dropAfterMs: number) =>
    run(`subgraphs/${subgraph}/main.ts`, {
      ...subgraphEnvOf(legacy, url),
      PORT: '0',
      CIRC_DROP_AFTER_MS: String(dropAfterMs),
    });

  test.each(['circulation', 'credentials'] as const)(
    'a process with a smaller drop time doesn’t start: %s',
    async (subgraph) => {
      await using database = await postgres.createDatabase();
      await using first = start('circulation', database.url, 45_000);
      await first.says(/at http/);
      await using smaller = start(subgraph, database.url, 30_000);
      expect(await smaller.exit).toBe(1);
      expect(smaller.output.stderr).toContain('CIRC_DROP_AFTER_MS is 30000 here, and the journal has 45000');
      expect(smaller.output.stderr).not.toContain('    at ');
      // A process with a larger drop time starts. From then on its value is the smallest that is allowed.
      await using larger = start(subgraph, database.url, 60_000);
      await larger.says(/at http/);
      await using former = start('circulation', database.url, 45_000);
      expect(await former.exit).toBe(1);
      expect(former.output.stderr).toContain('the journal has 60000');
    },
  );

  test('neither does npm start, over its own file', async () => {
    await using folder = await openTemporaryFolder();
    const env = { ...freePorts, DATA_DIR: folder.path };
    await using first = run('embedded/main.ts', env);
    await first.says(/GraphQL/);
    await first[Symbol.asyncDispose]();
    await using second = run('embedded/main.ts', { ...env, CIRC_DROP_AFTER_MS: '500' });
    expect(await second.exit).toBe(1);
    expect(second.output.stderr).toContain('CIRC_DROP_AFTER_MS is 500 here, and the journal has 30000');
  });
}
