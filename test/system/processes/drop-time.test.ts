import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { readOperationsConfig } from '../../../subgraphs/runtime/operations-config.ts';
import { findPostgres, type PostgresServer } from '../../support/postgres.ts';
import { freePorts, run } from '../../support/processes.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

describe('a drop time under what circulation takes', () => {
  const real = { CIRC_URL: 'http://circ/', CIRC_DROP_AFTER_MS: '3000' };

  test('is refused, and told with what would be allowed', () => {
    const read = () => readOperationsConfig(real);
    expect(read).toThrow(/is 3000, and circulation takes 30000/);
    expect(read).toThrow('CIRC_DROP_AFTER_MS');
    expect(read).toThrow('ALLOW_SIMULATOR_TIMES=1');
    expect(readOperationsConfig({ ...real, CIRC_DROP_AFTER_MS: '30000' }).dropAfterMs).toBe(30_000);
  });

  test('may be short for simulators of its own, and for others that are declared to be simulators', () => {
    expect(readOperationsConfig({ CIRC_DROP_AFTER_MS: '3000' }).dropAfterMs).toBe(3_000);
    expect(readOperationsConfig({ ...real, ALLOW_SIMULATOR_TIMES: '1' }).dropAfterMs).toBe(3_000);
    expect(() => readOperationsConfig({ ...real, ALLOW_SIMULATOR_TIMES: 'yes' })).toThrow(
      'ALLOW_SIMULATOR_TIMES',
    );
  });

  test('and of other times so: they can not be set by accident in production', () => {
    const looks = { CIRC_URL: 'http://circ/', CIRC_LATER_CHECKS_MS: '1000,2000,3000' };
    expect(() => readOperationsConfig(looks)).toThrow('CIRC_LATER_CHECKS_MS');
    expect(readOperationsConfig({ ...looks, ALLOW_SIMULATOR_TIMES: '1' }).laterChecks).toEqual({
      refused: [1_000, 2_000, 3_000],
      done: [3_000],
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

  const start = (subgraph: 'circulation' | 'credentials', url: string, dropAfterMs: number) => {
    return run(`subgraphs/${subgraph}/main.ts`, {
      ...subgraphEnvOf(legacy, url),
      PORT: '0',
      CIRC_DROP_AFTER_MS: String(dropAfterMs),
    });
  };

  test.each(['circulation', 'credentials'] as const)(
    'one with a smaller drop time does not start: %s',
    async (subgraph) => {
      await using database = await postgres.createDatabase();
      await using first = start('circulation', database.url, 45_000);
      await first.says(/at http/);
      await using smaller = start(subgraph, database.url, 30_000);
      expect(await smaller.exit).toBe(1);
      expect(smaller.output.stderr).toContain('CIRC_DROP_AFTER_MS is 30000 here, and the journal has 45000');
      expect(smaller.output.stderr).not.toContain('    at ');
      // A process with a larger one starts, and is the minimum from then on.
      await using larger = start(subgraph, database.url, 60_000);
      await larger.says(/at http/);
      await using former = start('circulation', database.url, 45_000);
      expect(await former.exit).toBe(1);
      expect(former.output.stderr).toContain('the journal has 60000');
    },
  );

  test('so is it with npm start, over its own file', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'drop-time-'));
    const env = { ...freePorts, DATA_DIR: dataDir };
    try {
      await using first = run('embedded/main.ts', env);
      await first.says(/GraphQL/);
      await first[Symbol.asyncDispose]();
      await using hasty = run('embedded/main.ts', { ...env, CIRC_DROP_AFTER_MS: '500' });
      expect(await hasty.exit).toBe(1);
      expect(hasty.output.stderr).toContain('CIRC_DROP_AFTER_MS is 500 here, and the journal has 30000');
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });
}
