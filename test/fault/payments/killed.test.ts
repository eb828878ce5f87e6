import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSimulators } from '../../../simulators/index.ts';
import { run } from '../../support/processes.ts';
import { sample } from '../../support/sample.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import type { Point } from '../procedures/harness/call-points.ts';
import type { Runs } from './main.ts';
import { askFor, certainMs, kinds, newWanted, openPaying, reconcile, timesMade } from './payments.ts';

/**
 * A process that is killed before or after any call leaves a change that is made once, or not at all, and the operation says which. One
 * process makes all changes of a kind, and is killed while each stands at another point: before or after each call, or both
 * with `EXHAUSTIVE=1`.
 */

const simulators = openedForTests(() => startSimulators());
const url = () => simulators.all.get('rps')?.url ?? expect.fail();

describe.each(kinds)('%s', (kind) => {
  test('killed at any point is made once or not at all', { timeout: 120_000 }, async () => {
    await using resources = new AsyncDisposableStack();
    const { path: folder } = resources.use(await openTemporaryFolder());
    const points: Point[] = [];
    const undisturbed = await openPaying(url(), join(folder, 'undisturbed.sqlite'), resources);
    const first = await askFor(
      undisturbed(async (point) => void points.push(point)),
      await newWanted(url(), kind),
    );
    expect(first.state).toBe('DONE');
    expect(points.length).toBeGreaterThan(7);

    const tried = sample(`points of ${kind}`, [...points.entries()], {
      each: 1,
      kindsOf: ([, { call }]) => [call],
    });
    const runs: Runs['runs'] = await Promise.all(
      tried.map(async ([index]) => ({ wanted: await newWanted(url(), kind), pauseAt: index + 1 })),
    );
    const path = join(folder, 'journal.sqlite');
    const killed = resources.use(
      run('test/fault/payments/main.ts', { RUNS: JSON.stringify({ url: url(), path, runs } satisfies Runs) }),
    );
    await killed.exit;
    expect(killed.child.signalCode, killed.output.stderr).toBe('SIGKILL');

    const alarms: string[] = [];
    const services = (await openPaying(url(), path, resources, alarms))();
    const states = new Map<string, number>();
    for (const { wanted, pauseAt } of runs) {
      const { call, at } = points[pauseAt - 1] ?? expect.fail();
      const point = `${call} ${at}`;
      const asked = await askFor(services, wanted);
      let { operation } = await reconcile(services, asked, 0);
      if (operation.state === 'UNSETTLED') {
        expect(kind, `${point}: a cancellation is sent again`).not.toBe('cancelPayment');
        ({ operation } = await reconcile(services, asked, certainMs));
        expect(operation.state, `${point}: too early`).toBe('UNSETTLED');
        ({ operation } = await reconcile(services, asked, certainMs + 1));
      }
      const made = await timesMade(services.ledger, wanted);
      expect([operation.state, made], point).toEqual(made === 0 ? ['REFUSED', 0] : ['DONE', 1]);
      expect((await askFor(services, wanted)).state, `${point}: asked again`).toBe(operation.state);
      expect(await timesMade(services.ledger, wanted), `${point}: asked again`).toBe(made);
      states.set(operation.state, (states.get(operation.state) ?? 0) + 1);
    }
    expect(Math.min(states.get('DONE') ?? 0, states.get('REFUSED') ?? 0)).toBeGreaterThan(0);
    expect(alarms).toEqual([]);
  });
});
