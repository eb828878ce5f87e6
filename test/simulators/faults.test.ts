import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import type { CoreSystemId } from '../../platform/systems.ts';
import { control as answerControl, isLoopback } from '../../simulators/control/control.ts';
import { FaultPlan } from '../../simulators/faults/faults.ts';
import {
  DEFAULT_CREDENTIALS,
  FAULT_KINDS,
  type FaultKind,
  type FaultStatus,
  type RunningSimulators,
  readSeed,
  startSimulators,
} from '../../simulators/index.ts';
import { createPrs } from '../../simulators/prs/prs.ts';
import { SteppedClock } from '../../simulators/stepped-clock.ts';
import { createStore } from '../../simulators/tables/store.ts';
import {
  circEnvelope,
  circHeaders,
  el,
  login,
  NAMESPACES,
  prsHeaders,
  SOAP_11,
  soap,
} from './wire-client.ts';

let legacy: RunningSimulators;
beforeAll(async () => {
  legacy = await startSimulators();
});
afterAll(() => legacy[Symbol.asyncDispose]());
afterEach(() => {
  for (const system of [legacy.prs, legacy.cms, legacy.circ]) {
    system.faults.clear();
  }
});

/** The faults of a simulator that is not served over HTTP. */
const plan = new FaultPlan(createPrs(createStore(readSeed()).prs, () => new Date()));

/** Sets, reads or clears faults over HTTP, as any client can. */
async function control(
  system: CoreSystemId,
  method: string,
  body?: unknown,
): Promise<{ status: number; content: FaultStatus & { error?: string } }> {
  const response = await fetch(new URL('/_faults', legacy[system].url), {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, content: (await response.json()) as FaultStatus };
}

const getPatron = soap(
  SOAP_11,
  `<p:GetPatrons xmlns:p="${NAMESPACES.prs}"><PATRON_NO>P0000001</PATRON_NO></p:GetPatrons>`,
);

/** Reads a patron. Resolves to the body of the answer, or to the error of the connection. */
async function read(signal = AbortSignal.timeout(5_000)): Promise<{ type: string; bytes: Buffer } | string> {
  try {
    const headers = prsHeaders('GetPatrons');
    const response = await fetch(legacy.prs.url, { method: 'POST', headers, body: getPatron, signal });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { type: response.headers.get('content-type') ?? '', bytes };
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    return signal.aborted ? 'no answer' : 'connection lost';
  }
}

async function answered(): Promise<{ type: string; text: string; bytes: Buffer }> {
  const answer = await read();
  if (typeof answer === 'string') {
    throw new Error(answer);
  }
  return { ...answer, text: answer.bytes.toString('utf8') };
}

describe('/_faults', () => {
  test('sets faults, counts their hits, and clears them', async () => {
    const faults = [{ kind: 'busy', times: 2, operations: ['GetPatrons'] }];
    const set = await control('prs', 'PUT', { seed: 42, faults });
    expect(set).toEqual({
      status: 200,
      content: { seed: 42, faults: [{ ...faults[0], rate: 1, hits: 0, requestsApplied: 0 }], recent: [] },
    });
    expect((await answered()).text).toContain('PRS-503');
    await answered();
    expect((await answered()).text).toContain('P0000001');
    const hit = { operation: 'GetPatrons', kind: 'busy', applied: false };
    expect((await control('prs', 'GET')).content).toMatchObject({
      faults: [{ hits: 2 }],
      recent: [hit, hit],
    });
    expect((await control('prs', 'DELETE')).content).toMatchObject({ seed: 42, faults: [] });
  });

  test('takes an array of faults, and an empty one clears them', async () => {
    await control('prs', 'PUT', [{ kind: 'empty-body' }]);
    expect((await answered()).text).toBe('');
    expect((await control('prs', 'PUT', [])).content.faults).toEqual([]);
    expect((await answered()).text).toContain('P0000001');
  });

  test('chooses a seed if none is given', async () => {
    const { content } = await control('prs', 'PUT', [{ kind: 'busy' }]);
    expect(content.seed).toBeGreaterThanOrEqual(0);
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'body: not JSON'],
    ['no list', { seed: 1 }, 'faults: '],
    ['an unknown kind', [{ kind: 'hung' }], 'faults.0.kind: '],
    ['a rate above 1', [{ kind: 'busy' }, { kind: 'busy', rate: 1.1 }], 'faults.1.rate: '],
    ['an option of another kind', [{ kind: 'busy', delayMs: 3 }], 'delayMs'],
    [
      'an unknown operation',
      [{ kind: 'busy', operations: ['CheckOut'] }],
      'CheckOut is not an operation of /prs',
    ],
    ['a session where there are none', [{ kind: 'expired-session' }], '/prs has no sessions'],
    ['a seed that is none', { seed: -1, faults: [] }, 'seed: '],
    ['an unknown member', { faults: [], sead: 1 }, 'sead'],
  ])('%s is 400 with a message, and the faults set before stay', async (_name, body, says) => {
    await control('prs', 'PUT', [{ kind: 'busy' }]);
    const { status, content } = await control('prs', 'PUT', body);
    expect([status, content.error]).toEqual([400, expect.stringContaining(says)]);
    expect(legacy.prs.faults.status.faults).toHaveLength(1);
  });

  test('is for this machine only', () => {
    const from = (address: string | undefined) =>
      answerControl(
        { faults: plan, clock: new SteppedClock(() => new Date()), desk: null },
        { path: '/_faults', method: 'PUT', from: address, body: Buffer.from('[]') },
      ).status;
    expect(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'].map(from)).toEqual([200, 200, 200, 200]);
    expect(['10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example', '', undefined].map(from)).toEqual([
      403, 403, 403, 403, 403,
    ]);
    expect(isLoopback('::1')).toBe(true);
  });

  test('takes no other method', async () => {
    expect((await control('prs', 'POST', [])).status).toBe(405);
  });
});

describe('chance', () => {
  const sequence = async (seed: number): Promise<boolean[]> => {
    legacy.prs.faults.set([{ kind: 'busy', rate: 0.3 }], seed);
    const struck: boolean[] = [];
    for (let count = 0; count < 40; count += 1) {
      struck.push((await answered()).text.includes('PRS-503'));
    }
    return struck;
  };

  test('the same seed selects the same requests, another seed others', async () => {
    const first = await sequence(7);
    expect(await sequence(7)).toEqual(first);
    expect(await sequence(8)).not.toEqual(first);
    const hits = first.filter(Boolean).length;
    expect([hits > 4, hits < 20]).toEqual([true, true]);
  });

  test('requests for other operations in between change nothing', () => {
    const drawn = (between: boolean) => {
      plan.set([{ kind: 'busy', rate: 0.5 }], 3);
      return Array.from({ length: 50 }, () => {
        if (between) {
          plan.draw('SearchPatrons');
        }
        return plan.draw('GetPatrons') !== null;
      });
    };
    expect(drawn(true)).toEqual(drawn(false));
  });
});

describe('on the wire', () => {
  test.each<[FaultKind, string]>([
    ['refuse', 'connection lost'],
    ['reset-before', 'connection lost'],
    ['reset-after', 'connection lost'],
  ])('%s is a lost connection', async (kind, outcome) => {
    legacy.prs.faults.set([{ kind, times: 1 } as { kind: 'refuse'; times: 1 }]);
    expect(await read()).toBe(outcome);
    expect(typeof (await read())).toBe('object');
  });

  test('a delay answers late', async () => {
    legacy.prs.faults.set([{ kind: 'delay', delayMs: 60 }]);
    const began = performance.now();
    expect((await answered()).text).toContain('P0000001');
    expect(performance.now() - began).toBeGreaterThan(50);
  });

  test('a hang gives no answer, and a slow drip one that does not end in time', async () => {
    legacy.prs.faults.set([{ kind: 'hang' }]);
    expect(await read(AbortSignal.timeout(50))).toBe('no answer');
    legacy.prs.faults.set([{ kind: 'hang', delayMs: 20 }]);
    expect(await read()).toBe('connection lost');
    legacy.prs.faults.set([{ kind: 'slow-drip' }]);
    expect(await read(AbortSignal.timeout(50))).toBe('no answer');
    legacy.prs.faults.set([{ kind: 'slow-drip', delayMs: 0 }]);
    expect((await answered()).text).toContain('P0000001');
  });

  test('an HTML page quotes the request, and has the fault’s text', async () => {
    legacy.prs.faults.set([{ kind: 'html-page', text: 'MARK' }]);
    const { type, text } = await answered();
    expect(type).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/^<html>.*MARK.*P0000001/s);
  });

  test('an answer can be cut off, in another charset, or under another name', async () => {
    const whole = await answered();
    legacy.prs.faults.set([{ kind: 'cut-off' }]);
    const half = await answered();
    expect(half).toMatchObject({ type: whole.type, text: whole.text.slice(0, half.text.length) });
    expect(half.bytes.length).toBe(whole.bytes.length >> 1);
    legacy.prs.faults.set([{ kind: 'wrong-charset' }]);
    const wide = await answered();
    expect([wide.type, wide.bytes.toString('utf16le')]).toEqual([whole.type, `\ufeff${whole.text}`]);
    legacy.prs.faults.set([{ kind: 'wrong-element', text: 'MARK' }]);
    const other = await answered();
    expect(other.text).toContain('<prs:FindPatronResponse ');
    expect(other.text).toContain('<!-- MARK -->');
    expect(other.text).not.toContain('GetPatronsResponse');
  });

  test('an answer can be too large or too deep, and otherwise valid', async () => {
    const whole = await answered();
    legacy.prs.faults.set([{ kind: 'oversized', bytes: 100_000 }]);
    const large = await answered();
    expect(large.bytes.length).toBe(whole.bytes.length + 100_000);
    expect(large.text.replace(/ {9,}/, '')).toBe(whole.text);
    legacy.prs.faults.set([{ kind: 'deep', levels: 3 }]);
    expect((await answered()).text).toContain(
      '<soap:Header><deep xmlns="urn:deep"><d><d></d></d></deep></soap:Header>',
    );
  });
});

describe('a write that meets a fault', () => {
  const APPLIED: Record<FaultKind, boolean> = {
    delay: true,
    hang: false,
    refuse: false,
    'reset-before': false,
    'reset-after': true,
    'html-page': false,
    'empty-body': true,
    'cut-off': true,
    'wrong-charset': true,
    'wrong-element': true,
    oversized: true,
    deep: true,
    'slow-drip': true,
    'expired-session': false,
    busy: false,
    housekeeping: false,
    internal: false,
  };
  const kinds = [
    ...FAULT_KINDS.map((kind): [FaultKind, object, boolean] => [kind, {}, APPLIED[kind]]),
    ['hang', { applied: true }, true] as [FaultKind, object, boolean],
    ['html-page', { applied: true, status: 502 }, true] as [FaultKind, object, boolean],
  ];

  test.each(kinds)(
    '%s %j: applied is %s, the journal says so, and so does the record',
    async (kind, more, applied) => {
      const ref = `${kind}${JSON.stringify(more).length}`;
      const patience = kind === 'hang' || kind === 'slow-drip' ? 50 : 5_000;
      const sid = await login(legacy);
      await control('circ', 'PUT', [{ kind, ...more, ...(kind === 'delay' && { delayMs: 5 }) }]);
      const body = circEnvelope('RegisterCard', el('SID', sid) + el('CardNo', '1') + el('Ref', ref));
      const headers = circHeaders('RegisterCard');
      const signal = AbortSignal.timeout(patience);
      await Promise.allSettled([
        fetch(legacy.circ.url, { method: 'POST', headers, body, signal }).then((answer) => answer.text()),
      ]);
      expect(legacy.circ.faults.status.recent).toEqual([{ operation: 'RegisterCard', kind, applied }]);
      legacy.circ.faults.clear();
      const other = await login(legacy);
      const response = await fetch(legacy.circ.url, {
        method: 'POST',
        headers: circHeaders('FindByRef'),
        body: circEnvelope('FindByRef', el('SID', other) + el('Ref', ref)),
      });
      expect((await response.text()).includes('<Kind>REG</Kind>')).toBe(applied);
    },
  );
});

describe('the network', () => {
  const card = '21852000000033';
  const never = new AbortController().signal;

  async function circulationOver(dropAfterMs: number) {
    await using resources = new AsyncDisposableStack();
    const own = resources.use(await startSimulators({ systems: ['circ'], dropAfterMs }));
    const circulation = resources.use(createCirculation({ url: own.circ.url, ...DEFAULT_CREDENTIALS.circ }));
    const running = resources.move();
    return { circ: own.circ, circulation, [Symbol.asyncDispose]: () => running.disposeAsync() };
  }
  const kindsOf = async ({ circulation }: Awaited<ReturnType<typeof circulationOver>>, reference: string) =>
    (await circulation.eventsByReference(reference, never)).map(({ kind }) => kind);

  test('holds a request back: it arrives late and is applied; one that waits inside CIRC is dropped', async () => {
    await using system = await circulationOver(200);
    system.circ.faults.set([{ kind: 'hold-back', delayMs: 500, operations: ['RegisterCard'] }]);
    await expect(system.circulation.registerCard(card, 'held', never)).resolves.toEqual({ done: true });
    system.circ.faults.set([{ kind: 'delay', delayMs: 500, operations: ['RegisterCard'] }]);
    await expect(system.circulation.registerCard(card, 'dropped', never)).rejects.toMatchObject({
      reason: 'busy',
    });
    expect(await kindsOf(system, 'held')).toEqual(['CARD_REGISTERED']);
    expect(await kindsOf(system, 'dropped')).toEqual([]);
  });

  test.each(['first', 'second'] as const)(
    'delivers a request twice, and hands on the %s answer',
    async (answer) => {
      await using system = await circulationOver(30_000);
      const [item = ''] = readSeed().items.flatMap(({ itemNo, state, material }) =>
        state === 'A' && material === 'BK' ? [itemNo] : [],
      );
      system.circ.faults.set([
        { kind: 'deliver-twice', delayMs: 100, answer, operations: ['CheckOut', 'BlockCard'] },
      ]);
      const change = await system.circulation.checkOut(card, item, 'twice', never);
      if (answer === 'first') {
        expect(change).toHaveProperty('loan');
      } else {
        expect(change).toEqual({ refused: 'ITEM_NOT_AVAILABLE' });
      }
      expect(await kindsOf(system, 'twice')).toEqual(['CHECKED_OUT']);
      await system.circulation.blockCard(card, 'again', never);
      await expect.poll(() => kindsOf(system, 'again')).toEqual(['CARD_BLOCKED', 'CARD_BLOCKED']);
    },
  );
});
