import { describe, expect, test } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import type { UpstreamReason } from '../../adapters/soap/port.ts';
import {
  DEFAULT_CREDENTIALS,
  FAULT_KINDS,
  type FaultKind,
  type FaultRequest,
  type SystemName,
  startLegacy,
} from '../legacy/index.ts';
import { anySignal, expectUpstream } from './subject.ts';

/** Any change of each system, made once; each fault meets changes only. */
const changes = {
  prs: {
    operation: 'AmendPatron',
    async open(url: string) {
      const port = await createPatronRegistry({ url, limits });
      const ask = () => port.amendContact('P0000001', '20250101090000', { telephone: '1' }, anySignal());
      return { ask, [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() };
    },
  },
  cms: {
    operation: 'CloseCard',
    async open(url: string) {
      const port = await createCardManagement({ url, ...DEFAULT_CREDENTIALS.cms, limits });
      const ask = () => port.closeCard('r', '21852000000017', 'CLOSED', anySignal());
      return { ask, [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() };
    },
  },
  circ: {
    operation: 'BlockCard',
    async open(url: string) {
      const port = await createCirculation({ url, ...DEFAULT_CREDENTIALS.circ, limits });
      const ask = () => port.blockCard('21852000000017', 'r', anySignal());
      return { ask, [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() };
    },
  },
} as const;

const limits = { deadlineMs: 300, retryDelayMs: 5 };

function reasonFor(system: SystemName, kind: FaultKind): UpstreamReason {
  if (kind === 'busy' || kind === 'housekeeping') return 'busy';
  // It has one code for being busy and being in trouble.
  if (kind === 'internal' && system === 'cms') return 'busy';
  return kind === 'expired-session' ? 'rejected' : 'outcome-unknown';
}

const faultOf = (kind: FaultKind): FaultRequest => (kind === 'delay' ? { kind, delayMs: 900 } : { kind });

describe.each(['prs', 'cms', 'circ'] as const)('a change of %s', (system) => {
  const kinds = FAULT_KINDS.filter((kind) => kind !== 'expired-session' || system === 'circ');
  test.each(kinds)('that meets %s is told right, and never sent again', async (kind) => {
    await using legacy = await startLegacy({ systems: [system] });
    const { operation, open } = changes[system];
    await using opened = await open(legacy[system].url);
    legacy[system].faults.set([{ ...faultOf(kind), operations: [operation] }]);
    const reason = reasonFor(system, kind);
    await expectUpstream(opened.ask(), reason);
    const hits = legacy[system].faults.status.recent;
    expect(hits).toHaveLength(kind === 'expired-session' ? 2 : 1);
    // What was told to be not done was not.
    if (reason !== 'outcome-unknown') expect(hits.some(({ applied }) => applied)).toBe(false);
  });
});
