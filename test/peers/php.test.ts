import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import type { PatronRegistry } from '../../adapters/patrons/port.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { anySignal, expectUpstream } from '../contract/port-under-test.ts';
import { startRawServer } from '../unit/adapters/soap/raw-server.ts';
import { contracts } from '../unit/adapters/soap/tables.ts';
import { cardChanges } from './card-changes.ts';
import { type Case, cardCases, registryCases } from './cases.ts';
import { account, type JournalEntry, type Peer, type PeerName, startPeer, whyNoPhp } from './peer.ts';
import { recordingOf } from './record.ts';
import { registryChanges } from './registry-changes.ts';

const missing = whyNoPhp();
if (missing !== null) {
  process.stderr.write(`PHP's stack is not asked, only its recorded replies: ${missing}\n`);
}

const ofRegistry = [...registryCases, ...registryChanges];
const ofCards = [...cardCases, ...cardChanges];
const limits = { retryDelayMs: 1 };
const vendorText = ['HOUSEKEEPING', 'E1009', 'PRS-503', 'P9999', 'P9991'];

async function expectOutcome<Port>({ ask, outcome }: Case<Port>, port: Port): Promise<void> {
  if ('reason' in outcome) {
    await expectUpstream(ask(port), outcome.reason, vendorText);
  } else {
    expect(await ask(port)).toEqual(outcome.value);
  }
}

test.each([
  ['registry', contracts.prs, ofRegistry],
  ['card management', contracts.cms, ofCards],
] as const)('there is a case for every operation of the %s', (_name, { operations }, cases) => {
  expect(new Set(cases.map(({ operation }) => operation))).toEqual(new Set(operations.keys()));
});

describe.skipIf(missing !== null)('PHP itself', () => {
  const running = new AsyncDisposableStack();
  const peers = new Map<PeerName, Peer>();
  let registry: PatronRegistry;
  let cards: CardManagement;

  const peer = (name: PeerName): Peer => {
    const found = peers.get(name);
    if (found === undefined) {
      throw new Error(`${name} has not been started`);
    }
    return found;
  };

  /** Runs the action. Resolves to the peer's reports about the requests that arrived meanwhile. */
  async function during(name: PeerName, action: () => Promise<unknown>): Promise<readonly JournalEntry[]> {
    const before = peer(name).journal().length;
    await action();
    return peer(name).journal().slice(before);
  }

  beforeAll(async () => {
    for (const name of ['prs', 'cms'] as const) {
      peers.set(name, running.use(await startPeer(name)));
    }
    registry = running.use(createPatronRegistry({ url: peer('prs').url, limits }));
    cards = running.use(createCardManagement({ url: peer('cms').url, ...account, limits }));
  });
  afterAll(() => running.disposeAsync());

  /** Whether PHP's reply breaks the contract. */
  const strays = (name: string): boolean => /-fault-(?:none|with-empty-detail)$/.test(name);

  test.each(ofRegistry)('takes the request and is understood: $name', async (one) => {
    const all = await during('prs', () => expectOutcome(one, registry));
    const entries = one.after === undefined ? all : all.slice(1);
    expect(entries).not.toEqual([]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        operation: one.operation,
        arguments: one.read,
        requestErrors: [],
        contentType: 'text/xml; charset=utf-8',
        soapAction: `"urn:library:prs:2004#${one.operation}"`,
      });
      expect(entry.replyErrors.length > 0, entry.replyErrors.join('; ')).toBe(strays(one.name));
    }
  });

  test.each(ofCards)('takes the token and the request and is understood: $name', async (one) => {
    const entries = await during('cms', () => expectOutcome(one, cards));
    expect(entries).not.toEqual([]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        operation: one.operation,
        arguments: one.read,
        requestErrors: [],
        refusal: null,
        contentType: `application/soap+xml; charset=utf-8; action="http://cms.library.example/2009/cards/${one.operation}"`,
      });
      expect(entry.replyErrors.length > 0, entry.replyErrors.join('; ')).toBe(strays(one.name));
    }
  });

  test('what the contract does not allow is told, though SoapServer lets it pass', async () => {
    const [first] = await during('prs', () => registry.ping(anySignal()));
    if (first === undefined) {
      throw new Error('nothing was asked');
    }
    const [entry] = await during('prs', async () => {
      const { contentType, request } = first;
      const body = request.replace(/P[0-9]{7}/, 'NOBODY');
      await fetch(peer('prs').url, { method: 'POST', headers: { 'content-type': contentType }, body });
    });
    expect(entry?.operation).toBe('GetPatrons');
    expect(entry?.requestErrors.join()).toContain("'NOBODY' is not accepted by the pattern");
  });

  test('fifty-one patrons are asked for in two requests, which PHP reads as fifty and one', async () => {
    const numbers = Array.from({ length: 51 }, (_, index) => `P${String(index + 1).padStart(7, '0')}`);
    const entries = await during('prs', () => registry.findMany(numbers, anySignal()));
    const asked = entries.map(({ arguments: read }) => read);
    expect(asked).toEqual(
      expect.arrayContaining([{ PATRON_NO: numbers.slice(0, 50) }, { PATRON_NO: numbers.slice(50) }]),
    );
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['another password', { password: 'p&ss' }],
    ['another user', { user: 'stranger' }],
    ['not in the window', { now: () => new Date(Date.now() - 301_000) }],
  ])('a token is refused, and understood as unauthorized: %s', async (refusal, settings) => {
    const url = peer('cms').url;
    await using other = createCardManagement({ url, ...account, limits, ...settings });
    const entries = await during('cms', () => expectUpstream(other.ping(anySignal()), 'unauthorized'));
    expect(entries.map((entry) => entry.refusal)).toEqual([refusal]);
  });

  test('a clock a little off is let pass', async () => {
    const url = peer('cms').url;
    const now = () => new Date(Date.now() + 290_000);
    await using other = createCardManagement({ url, ...account, limits, now });
    await other.ping(anySignal());
  });

  test('a request sent a second time, as it was, is refused for its nonce', async () => {
    const [first] = await during('cms', () => cards.ping(anySignal()));
    if (first === undefined) {
      throw new Error('nothing was asked');
    }
    const [again] = await during('cms', () =>
      fetch(peer('cms').url, {
        method: 'POST',
        headers: { 'content-type': first.contentType },
        body: first.request,
      }),
    );
    expect([first.refusal, again?.refusal]).toEqual([null, 'a nonce used before']);
  });

  test('a read that is asked for again after a fault bears another nonce', async () => {
    const entries = await during('cms', () =>
      expectUpstream(cards.cardsByPatron(['P9991009'], anySignal()), 'busy'),
    );
    const nonces = entries.map(({ request }) => /<wsse:Nonce [^>]*>([^<]+)</.exec(request)?.[1]);
    expect(entries.map(({ refusal }) => refusal)).toEqual([null, null]);
    expect(new Set(nonces).size).toBe(2);
  });
});

describe('what PHP once replied', () => {
  async function startRecorded({ name, after = name }: Pick<Case<never>, 'name' | 'after'>) {
    return startRawServer((response, _request, count) => {
      const { status, contentType, body } = recordingOf(count === 1 ? after : name);
      response.writeHead(status, { 'content-type': contentType }).end(body);
    });
  }

  test.each(ofRegistry)('is understood: $name', async (one) => {
    await using server = await startRecorded(one);
    await using registry = createPatronRegistry({ url: server.url, limits });
    await expectOutcome(one, registry);
    expect(server.requests.at(-1)?.body).toContain(`<m:${one.operation} `);
  });

  test.each(ofCards)('is understood: $name', async (one) => {
    await using server = await startRecorded(one);
    await using cards = createCardManagement({ url: server.url, ...account, limits });
    await expectOutcome(one, cards);
    expect(server.requests.at(-1)?.body).toContain(`<m:${one.operation} `);
  });
});
