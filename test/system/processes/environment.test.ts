/** Each process refuses an invalid environment, and an environment that would let anybody in. */
import { describe, expect, test, vi } from 'vitest';
import { freePorts, run } from '../../support/processes.ts';
import { sample } from '../../support/sample.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** A process starts slowly on a loaded machine. */
vi.setConfig({ testTimeout: 60_000 });

const folder = openedForTests(openTemporaryFolder);

const secret = 'a secret of thirty-two characters';
const embedded = 'embedded/main.ts';
const url = 'http://127.0.0.1:1';
const subgraphs = {
  PATRONS_URL: url,
  CREDENTIALS_URL: url,
  CIRCULATION_URL: url,
  SUBGRAPH_SECRET: secret,
};
const systems = {
  PRS_URL: url,
  CMS_URL: url,
  CIRC_URL: url,
  CMS_USER: 'u',
  CMS_PASSWORD: 'p',
  CIRC_USER: 'u',
  CIRC_PASSWORD: 'p',
};
const behind = { ...systems, DATABASE_URL: 'postgresql://127.0.0.1:1/journal', JOURNAL_SECRET: secret };

/** Every process, with an environment in which it starts. */
const processes: readonly (readonly [string, NodeJS.ProcessEnv, readonly string[]])[] = [
  [embedded, freePorts, []],
  ['embedded/dev.ts', freePorts, []],
  ['gateway/main.ts', { PORT: '0', ...subgraphs, ALLOW_DEVELOPMENT_ISSUER: '1' }, []],
  ['gateway/main.ts', { PORT: '0' }, ['--supergraph', 'schema/supergraph.graphql']],
  ['subgraphs/patrons/main.ts', { SUBGRAPH_SECRET: secret, ...behind }, []],
  ['subgraphs/credentials/main.ts', { SUBGRAPH_SECRET: secret, ...behind }, []],
  ['subgraphs/circulation/main.ts', { SUBGRAPH_SECRET: secret, ...behind }, []],
  ['edge/sign-in/main.ts', { SIGN_IN_CLIENTS_FILE: 'none', SIGN_IN_SECRET: secret, GRAPH_URL: url }, []],
  ['edge/web/main.ts', { WEB_SECRET: secret, GRAPH_URL: url }, []],
  ['simulators/main.ts', freePorts, []],
  ['gateway/access/print-token.ts', {}, ['--staff']],
  ['subgraphs/audit/main.ts', {}, ['--patron', 'P0000001']],
];

describe.each(sample('processes with a wrong NODE_ENV', processes, { each: 5 }))('%s', (file, env, args) => {
  test('refuses an unknown NODE_ENV instead of treating it as development', async () => {
    await using process = run(file, { DATA_DIR: folder.path, ...env, NODE_ENV: 'Production' }, args);
    expect(await process.exit).not.toBe(0);
    expect(process.output.stderr).toContain('NODE_ENV');
    expect(process.output.stdout).toBe('');
  });
});

describe('the development issuer', () => {
  const places: readonly (readonly [string, string, NodeJS.ProcessEnv])[] = [
    ['a gateway over subgraphs in other processes', 'gateway/main.ts', { PORT: '0', ...subgraphs }],
    ['one process over systems that are named', embedded, { ...freePorts, ...systems }],
    ['one process over one system that is named', embedded, { ...freePorts, PRS_URL: url }],
    [
      'one process beside a subgraph in another',
      embedded,
      { ...freePorts, ...systems, PATRONS_URL: url, SUBGRAPH_SECRET: secret, ...behind },
    ],
  ];
  const tried = sample('places of the development issuer', places, {
    each: 1,
    kindsOf: ([, file]) => [file],
  });
  test.each(tried)('signs no tokens for %s, unless it is allowed', async (_, file, env) => {
    await using refused = run(file, { DATA_DIR: folder.path, ...env });
    expect(await refused.exit).toBe(1);
    expect(refused.output.stderr).toContain('ALLOW_DEVELOPMENT_ISSUER=1');
    expect(refused.output.stderr).not.toContain('    at ');
    if ('DATABASE_URL' in env) {
      return;
    }
    await using allowed = run(file, { DATA_DIR: folder.path, ...env, ALLOW_DEVELOPMENT_ISSUER: '1' });
    await allowed.says(/GraphQL\s+(?:at )?http:/);
  });
});

test('a misspelled variable is named in a warning, with the variable that may be meant', async () => {
  await using gateway = run('gateway/main.ts', {
    PORT: '0',
    ...subgraphs,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    DATA_DIR: folder.path,
    MAX_BACTH: '5',
    SUBGRAPH_SECRETS: 'hunter2',
  });
  await gateway.says(/GraphQL at/);
  expect(gateway.output.stderr).toContain('MAX_BACTH is set, and not known here: MAX_BATCH may be meant');
  expect(gateway.output.stderr).toContain('SUBGRAPH_SECRETS');
  expect(gateway.output.stderr).not.toContain('hunter2');
  await using all = run(embedded, {
    ...freePorts,
    DATA_DIR: folder.path,
    LEGACY_SEDE: 'x',
    CIRC_DROP_AFTER: '30000',
    JOURNAL_SECRETS: 'x',
  });
  await all.says(/GraphQL/);
  for (const name of ['LEGACY_SEED', 'CIRC_DROP_AFTER_MS', 'JOURNAL_SECRET']) {
    expect(all.output.stderr).toContain(`${name} may be meant`);
  }
});
