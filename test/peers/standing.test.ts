/** Suspends a patron and closes a record, over both stacks. In each case, a step in circulation gets no answer. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CoreSystemId } from '../../platform/systems.ts';
import { startSimulators } from '../../simulators/index.ts';
import { openSqliteJournal } from '../../store/journal/sqlite/index.ts';
import { changeTimes } from '../../subgraphs/operations/change-times.ts';
import { startProcedure } from '../../subgraphs/operations/procedure.ts';
import { startReconciler } from '../../subgraphs/operations/reconciler.ts';
import type { PatronServices } from '../../subgraphs/patrons/context.ts';
import { closePatron, suspendPatron } from '../../subgraphs/patrons/procedures/change-standing.ts';
import { recoveryOf } from '../../subgraphs/patrons/procedures/recovery.ts';
import { staff } from '../support/callers.ts';
import { secret } from '../support/journal-secret.ts';
import { openPorts } from '../support/ports.ts';
import { openTemporaryFolder } from '../support/set-up/temporary-folder.ts';
import { controlsOf } from './controls.ts';
import { account, startPeer, whyNoPhp } from './peer.ts';

const never = new AbortController().signal;
const credentials = { cms: account, circ: account };
/** Times with which a late block is applied after the call's deadline, but before circulation would drop it, in ms. */
const times = { ...changeTimes, sendWithinMs: 1_000, callMs: 600, dropAfterMs: 2_000, slackMs: 300 };
const lateMs = 1_000;

type Urls = Readonly<Record<CoreSystemId, { readonly url: string }>>;

async function startSimulated(resources: AsyncDisposableStack): Promise<Urls> {
  return resources.use(await startSimulators({ credentials, dropAfterMs: times.dropAfterMs }));
}

async function startPeers(resources: AsyncDisposableStack): Promise<Urls> {
  const prs = resources.use(await startPeer('prs'));
  const cms = resources.use(await startPeer('cms'));
  const circ = resources.use(await startPeer('circ'));
  return { prs, cms, circ };
}

async function openServices(legacy: Urls, resources: AsyncDisposableStack): Promise<PatronServices> {
  const limits = { deadlineMs: times.callMs, breakerThreshold: 1_000 };
  const ports = resources.use(await openPorts(legacy, limits, credentials));
  const folder = resources.use(await openTemporaryFolder());
  const journal = resources.use(
    await openSqliteJournal({ secret, path: join(folder.path, 'journal.sqlite') }),
  );
  return {
    ...ports,
    journal,
    audit: journal,
    attempts: journal,
    observer: {},
    changes: journal,
    findings: journal,
    standingBlocks: journal,
    cardEvents: journal,
    merged: journal,
    erasure: journal,
    owing: journal,
    fingerprintKey: new Uint8Array(32),
    times,
    monotonic: () => performance.now(),
    log: { warn: () => undefined, error: () => undefined },
  };
}

describe.each([
  ['the simulators', startSimulated, 'P0000004', '21852000000066', null],
  ['the PHP peers', startPeers, 'P0000001', '00000000000018', whyNoPhp()],
] as const)('%s', (_name, start, patronId, card, missing) => {
  test.skipIf(missing !== null)(
    'a suspension and a closing block the card, each once, although no answer comes to the block',
    { timeout: 60_000 },
    async () => {
      await using resources = new AsyncDisposableStack();
      const legacy = await start(resources);
      const services = await openServices(legacy, resources);
      const { journal, circulation } = services;
      resources.use(startReconciler({ ...services, reconcilers: recoveryOf(services) }));
      const { applyLate, applyAtOnce } = controlsOf(legacy.circ.url);
      for (const [at, turn] of [suspendPatron, closePatron].entries()) {
        await applyLate(['BlockCard'], lateMs);
        const begun = await startProcedure(services, turn, staff, turn.kind, { patronId }, never);
        expect(begun.state, turn.kind).toBe('UNSETTLED');
        await applyAtOnce();
        let state: string | undefined = begun.state;
        while (state === 'UNSETTLED') {
          await sleep(250);
          state = (await journal.findById(begun.id))?.state;
        }
        expect(state, turn.kind).toBe('DONE');
        const events = await circulation.eventsAfter('0', 500, never);
        const blocks = events.filter(
          ({ kind, libraryCardNumber }) => kind === 'CARD_BLOCKED' && libraryCardNumber === card,
        );
        expect(blocks, turn.kind).toHaveLength(at + 1);
      }
      expect(await circulation.checkOut(card, '31852000000494', 'desk', never)).toEqual({
        refused: 'CARD_BLOCKED',
      });
    },
  );
});
