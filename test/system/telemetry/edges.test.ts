/**
 * Sign-in and SIP2 have the same telemetry as the gateway and the subgraphs: metrics, a log line for each request, and
 * traces that continue.
 */
import { Registry } from 'prom-client';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createEdgeMetrics } from '../../../telemetry/metrics/edge/index.ts';
import { startTelemetry } from '../../../telemetry/start.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';
import { pin, tokensOf } from '../../support/sign-in/sign-in-as.ts';
import * as messages from '../../support/sip2/messages.ts';
import { startOtlpReceiver } from '../../support/telemetry/otlp-receiver.ts';
import { valuesOf } from '../../unit/telemetry/metrics/values.ts';
import { now, startSip2 } from '../sip2/running-sip2.ts';
import { systemForTests } from '../system-for-tests.ts';

const card = '21852000000033';
const freeItem = '31852000000494';
const tests = { patron: card, pin: '1234' };

/** The samples of a metric above 0, each as `label label: value`. */
async function counted(
  registry: Registry,
  name: string,
  labels: readonly string[],
): Promise<readonly string[]> {
  const samples = (await valuesOf(registry, name)).filter(({ value }) => value > 0);
  return samples.map((sample) => `${labels.map((label) => sample.labels[label]).join(' ')}: ${sample.value}`);
}

const parsed = (log: readonly string[]) => log.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('SIP2', () => {
  const registry = new Registry();
  const observer = createEdgeMetrics(registry);
  const receiver = openedForTests(startOtlpReceiver);
  // The spans of this process are recorded until the tests end.
  openedForTests(() => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '50');
    const log = { warn: () => undefined };
    return startTelemetry(process.env, { service: 'test', version: '0', log });
  });
  afterAll(() => void vi.unstubAllEnvs());
  const system = systemForTests(now);
  const sip2 = openedForTests(() => startSip2(system, { observer }));

  test('counts messages by kind, profile and outcome, and the connected terminals', async () => {
    const station = await sip2.connect('station');
    await station.send(messages.scStatus());
    await station.send(messages.patronStatus(tests));
    await station.send(messages.checkOut({ ...tests, item: freeItem }));
    await station.repeat();
    await station.send(messages.checkOut({ ...tests, item: '31852000999999' }));
    await station.send(messages.blockPatron(tests));
    await station.send(messages.itemStatusUpdate(freeItem));
    const labels = ['message', 'profile', 'outcome'];
    expect(await counted(registry, 'patron_graph_sip2_message_duration_seconds_count', labels)).toEqual([
      '93 station answered: 1',
      '99 station answered: 1',
      '23 station answered: 1',
      '11 station answered: 1',
      '11 station repeated: 1',
      '11 station refused: 1',
      '01 station refused: 1',
      '19 station refused: 1',
    ]);
    expect(await counted(registry, 'patron_graph_sip2_connections', ['profile'])).toEqual(['station: 1']);
    await station[Symbol.asyncDispose]();
    await expect.poll(() => counted(registry, 'patron_graph_sip2_connections', ['profile'])).toEqual([]);
  });

  test('logs a message in one line, with the request and trace ids of the gateway’s line', async () => {
    await using station = await sip2.connect('station');
    await station.send(messages.itemInformation(freeItem));
    const line = parsed(sip2.log).findLast(({ code }) => code === '17') ?? expect.fail(sip2.log.join('\n'));
    expect(line).toMatchObject({ terminal: 'station-1', outcome: 'answered', ms: expect.any(Number) });
    const { reqId, traceId } = line;
    expect(parsed(system.log).findLast(({ operation }) => operation === 'SipItemAtStation')).toMatchObject({
      reqId,
      traceId,
    });
    expect(sip2.log.join('\n')).not.toMatch(/2185200|3185200/);
  });

  test('begins a trace with a message, which continues through the graph to the legacy systems', async () => {
    const named = (name: string) => receiver.spans.findLast((span) => span.name === name);
    await expect.poll(() => named('SIP2 17'), { timeout: 20_000 }).toBeDefined();
    const first = named('SIP2 17');
    expect(first).toMatchObject({ kind: 2, parentSpanId: null, failed: false });
    expect(first?.attributes).toEqual({ 'patron_graph.sip2.outcome': 'answered' });
    const names = receiver.spans.filter(({ traceId }) => traceId === first?.traceId).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['ask SipItemAtStation', 'POST /graphql', 'circulation/GetItems']),
    );
  });
});

describe('sign-in', () => {
  const registry = new Registry();
  const graph = madeUpReaders();
  const observer = createEdgeMetrics(registry);
  const signIn = openedForTests(() => startSignInOfTests({ graph, observer }));

  test('counts sign-ins, consents and token grants by client and outcome', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    await tokensOf(party, cards.siuMing, new PlainBrowser(signIn.issuer.origin));
    const browser = new PlainBrowser(signIn.issuer.origin);
    const begun = await party.begin();
    const page = await browser.open(begun.url.href);
    await browser.send(page, { number: cards.other, pin: '9999' });
    graph.isUp = false;
    await browser.send(page, { number: cards.other, pin });
    graph.isUp = true;
    await expect(party.refresh('none')).rejects.toThrow();
    const ofSignIn = ['client', 'way', 'outcome'];
    expect(await counted(registry, 'patron_graph_sign_ins_total', ofSignIn)).toEqual([
      'ebooks pin signed_in: 1',
      'ebooks pin wrong: 1',
      'ebooks pin unavailable: 1',
    ]);
    expect(await counted(registry, 'patron_graph_sign_in_consents_total', ['client', 'answer'])).toEqual([
      'ebooks allow: 1',
    ]);
    const ofGrant = ['client', 'grant_type', 'error'];
    expect(await counted(registry, 'patron_graph_token_grants_total', ofGrant)).toEqual([
      'ebooks authorization_code : 1',
      'ebooks refresh_token invalid_grant: 1',
    ]);
  });

  test('counts a PIN that was set with a code as a sign-in', async () => {
    const set = async (code: string, newPin: string) => {
      const headers = { origin: signIn.issuer.origin, 'sec-fetch-site': 'same-origin' };
      const form = { number: cards.withoutPin, code, newPin, newPinAgain: newPin };
      const body = new URLSearchParams(form);
      return (await fetch(`${signIn.issuer.href}/pin`, { method: 'POST', headers, body })).status;
    };
    expect(await set('11111111', '4321')).toBe(422);
    expect(await set('48217350', '1')).toBe(422);
    expect(await set('48217350', '4321')).toBe(200);
    const outcomes = await counted(registry, 'patron_graph_sign_ins_total', ['client', 'way', 'outcome']);
    expect(outcomes.filter((text) => text.includes(' code '))).toEqual([
      '_NONE code signed_in: 1',
      '_NONE code wrong: 1',
      '_NONE code invalid: 1',
    ]);
  });

  test('logs a request in one line, with its route and without its query', async () => {
    expect(parsed(signIn.log).find(({ route }) => route === '/sign-in/token')).toMatchObject({
      reqId: expect.any(String),
      method: 'POST',
      status: 200,
      ms: expect.any(Number),
    });
    expect(signIn.log.join('\n')).not.toMatch(/code_challenge|2185200/);
  });
});
