/** `npm run dev` restarts after a change. These tests check which data survive the restart. */
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { mutationOf } from '../../support/mutation.ts';
import { freePorts, run } from '../../support/processes.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const schema = join(import.meta.dirname, '../../../schema/circulation.graphql');

const folder = openedForTests(openTemporaryFolder);

test('a change restarts the graph, which keeps operations, tokens and loans', {
  timeout: 60_000,
}, async () => {
  await using dev = run('embedded/dev.ts', { ...freePorts, DATA_DIR: folder.path });
  try {
    const [first, origin = ''] = await dev.says(/GraphQL\s+(http:\S+)\/graphql/);
    const [, token = ''] = await dev.says(/Bearer (\S+)'/);
    const loans =
      '{ me { loans(first: 20) { edges { node { id item { itemNumber } renewals renewalsLeft } } } } }';
    const before = await askGraph(origin, loans, { token });
    const edges = (
      before.data as { me: { loans: { edges: { node: { id: string; renewalsLeft: number } }[] } } }
    ).me.loans.edges;
    const loanId = edges.find(({ node }) => node.renewalsLeft > 0)?.node.id;
    const input = { reference: 'before-the-restart', reader: { patronId: 'P0000001' }, loanId };
    const renewal = await askGraph(origin, mutationOf('renewLoan', 'operation { state } loan { id }'), {
      token,
      variables: { input },
    });
    expect(renewal).toMatchObject({ data: { renewLoan: { operation: { state: 'DONE' } } } });
    const after = await askGraph(origin, loans, { token });
    expect(after).not.toEqual(before);

    const now = new Date();
    await utimes(schema, now, now);
    const second = new RegExp(`${first}[^]*Restarting[^]*GraphQL\\s+(http:\\S+)/graphql`);
    const [, restarted = ''] = await dev.says(second);
    const state = '{ operation(reference: "before-the-restart") { state } }';
    expect(await askGraph(restarted, state, { token })).toEqual({ data: { operation: { state: 'DONE' } } });
    expect(await askGraph(restarted, loans, { token })).toEqual(after);
  } finally {
    dev.child.kill('SIGTERM');
    await dev.exit;
  }
  expect(await dev.exit).toBe(0);
});

test('it refuses to start in production', async () => {
  await using dev = run('embedded/dev.ts', { DATA_DIR: folder.path, NODE_ENV: 'production' });
  expect(await dev.exit).toBe(1);
  expect(dev.output.stderr).toContain('NODE_ENV');
});
