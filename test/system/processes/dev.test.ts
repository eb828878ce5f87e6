/** `npm run dev`: what a restart on change keeps. */
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, run } from '../../support/processes.ts';

const schema = join(import.meta.dirname, '../../../schema/circulation.graphql');

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-dev-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

async function ask(origin: string, token: string, query: string, variables: object = {}) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data?: unknown; errors?: unknown };
}

test('a change restarts the graph, which keeps operations, tokens and loans', {
  timeout: 60_000,
}, async () => {
  await using dev = run('embedded/dev.ts', { ...freePorts, DATA_DIR: dataDir });
  try {
    const [first, origin = ''] = await dev.says(/GraphQL\s+(http:\S+)\/graphql/);
    const [, token = ''] = await dev.says(/Bearer (\S+)'/);
    const loans =
      '{ me { loans(first: 20) { edges { node { id item { itemNumber } renewals renewalsLeft } } } } }';
    const before = await ask(origin, token, loans);
    const edges = (
      before.data as { me: { loans: { edges: { node: { id: string; renewalsLeft: number } }[] } } }
    ).me.loans.edges;
    const loanId = edges.find(({ node }) => node.renewalsLeft > 0)?.node.id;
    const renewal = await ask(
      origin,
      token,
      'mutation ($input: RenewLoanInput!) { renewLoan(input: $input) { operation { state } loan { id } } }',
      { input: { reference: 'before-the-restart', reader: { patronId: 'P0000001' }, loanId } },
    );
    expect(renewal).toMatchObject({ data: { renewLoan: { operation: { state: 'DONE' } } } });
    const after = await ask(origin, token, loans);
    expect(after).not.toEqual(before);

    const now = new Date();
    await utimes(schema, now, now);
    const second = new RegExp(`${first}[^]*Restarting[^]*GraphQL\\s+(http:\\S+)/graphql`);
    const [, restarted = ''] = await dev.says(second);
    const state = '{ operation(reference: "before-the-restart") { state } }';
    expect(await ask(restarted, token, state)).toEqual({ data: { operation: { state: 'DONE' } } });
    expect(await ask(restarted, token, loans)).toEqual(after);
  } finally {
    dev.child.kill('SIGTERM');
    await dev.exit;
  }
  expect(await dev.exit).toBe(0);
});

test('there is no development in production', async () => {
  await using dev = run('embedded/dev.ts', { DATA_DIR: dataDir, NODE_ENV: 'production' });
  expect(await dev.exit).toBe(1);
  expect(dev.output.stderr).toContain('NODE_ENV');
});
