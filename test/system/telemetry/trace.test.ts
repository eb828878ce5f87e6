/**
 * One request makes one trace, which is exported to a collector. The gateway and the subgraphs run in one process, or
 * in several.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { startEmbeddedGraph } from '../../support/services/embedded-graph.ts';
import { startWholeGraph } from '../../support/services/whole-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/telemetry/otlp-receiver.ts';
import { treeOf } from '../../support/telemetry/trace-tree.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const clientSpanId = '00f067aa0ba902b7';
const sampled = `00-${traceId}-${clientSpanId}-01`;
const notSampled = `00-${traceId}-${clientSpanId}-00`;

const mainQuery = `query Main { me {
  name { english chinese } status libraryCardNumber
  credentials { libraryCardNumber status }
  loanQuota { limit used remaining }
  loans(first: 10) { edges { node { item { title } dueOn } } }
} }`;

/**
 * The variables of a process that exports its spans to the receiver. A span arrives within a tenth of a second after
 * its end.
 */
const exporting = (receiver: OtlpReceiver): NodeJS.ProcessEnv => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_BSP_SCHEDULE_DELAY: '50',
});

const ask = (origin: string, token: string, query: string, headers: Record<string, string> = {}) =>
  askGraph(origin, query, { token, headers });

/**
 * Opens the session with circulation. Otherwise the first call would open it, and the trace would have one more span.
 */
const openCirculationSession = (origin: string, token: string) =>
  ask(origin, token, '{ items(title: "紅樓") { title } }');

/** The tree of spans below the client's span, once it contains `root`. The root's span ends last. */
async function treeWith(root: string, receiver: OtlpReceiver): Promise<readonly string[]> {
  await expect
    .poll(() => treeOf(receiver.spans, clientSpanId), { timeout: 5000 })
    .toEqual(expect.arrayContaining([root]));
  return treeOf(receiver.spans, clientSpanId);
}

describe('in one process', () => {
  const receiver = openedForTests(startOtlpReceiver);
  const dataDir = openedForTests(openTemporaryFolder);
  const system = openedForTests(() => startEmbeddedGraph(dataDir.path, exporting(receiver)));
  let token = '';
  beforeAll(async () => {
    token = await system.issuer.sign({ subject: 'reader', patronId: 'P0000001' }, 600);
    await openCirculationSession(system.origin, token);
  });

  test('traces the main query through the gateway, three subgraphs and three SOAP calls', async () => {
    const { errors } = await ask(system.origin, token, mainQuery, { traceparent: sampled });
    expect(errors).toBeUndefined();
    expect(await treeWith('POST /graphql', receiver)).toEqual([
      'POST /graphql',
      '  fetch circulation',
      '    circulation query',
      '      load loansByCard',
      '        circulation/GetLoans',
      '      load recentPlaces',
      '        journal recentPlaces',
      '  fetch credentials',
      '    credentials query',
      '      load cardsByPatron',
      '        card management/GetCardsByPatron',
      '      load merges',
      '        journal mergesOf',
      '  fetch patrons',
      '    patrons query',
      '      load patrons',
      '        patron registry/GetPatrons',
      '  graphql.parse',
      '  graphql.plan',
      '  graphql.validate',
    ]);
  });

  test('asks patrons and credentials at once, and circulation after credentials', () => {
    const fetchOf = (name: string) =>
      receiver.spans.find((span) => span.traceId === traceId && span.name === `fetch ${name}`) ??
      expect.fail(name);
    const [credentials, patrons, circulation] = ['credentials', 'patrons', 'circulation'].map(fetchOf);
    expect(patrons?.startedAt).toBeLessThan(credentials?.endedAt ?? 0n);
    expect(circulation?.startedAt).toBeGreaterThanOrEqual(credentials?.endedAt ?? 0n);
  });

  test('names operation, call and outcome in spans as the semantic conventions do', () => {
    const attributesOf = (name: string) => receiver.spans.find((span) => span.name === name)?.attributes;
    const root = receiver.spans.find((span) => span.parentSpanId === clientSpanId);
    expect(root).toMatchObject({ traceId, kind: 2, failed: false });
    expect(root?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Main',
      'patron_graph.operation.hash': expect.stringMatching(/^[0-9a-f]{16}$/),
      'patron_graph.operation.cost': expect.any(Number),
      'patron_graph.audience': 'reader',
    });
    expect(attributesOf('circulation/GetLoans')).toEqual({
      'rpc.system.name': 'soap',
      'rpc.method': 'circulation/GetLoans',
      'server.address': '127.0.0.1',
      'patron_graph.system': 'circulation',
      'patron_graph.call_class': 'reader',
      'patron_graph.attempts': 1,
      'patron_graph.queue_ms': expect.any(Number),
    });
    expect(attributesOf('load loansByCard')).toEqual({ 'patron_graph.batch_size': 2 });
    expect(attributesOf('journal recentPlaces')).toEqual({
      'db.system.name': 'sqlite',
      'db.operation.name': 'recentPlaces',
    });
  });

  test('logs the trace id in the line of the request', async () => {
    // The last line of the output may be incomplete, so it is left out.
    const lines = () => system.output.stderr.split('\n').slice(0, -1);
    const line = () =>
      lines()
        .map((text) => JSON.parse(text))
        .find(({ operation }) => operation === 'Main');
    await expect.poll(line).toMatchObject({ traceId, fetches: 3, soapCalls: 3, type: 'query' });
  });

  test('does not record a trace that the caller does not record', async () => {
    const before = receiver.spans.length;
    await ask(system.origin, token, mainQuery, { traceparent: notSampled });
    // The spans of a later request are exported after all earlier ones. So when the spans of this second request have
    // arrived, no spans of the first are still to come.
    await ask(system.origin, token, '{ __typename }', {
      traceparent: sampled.replace(clientSpanId, 'b'.repeat(16)),
    });
    await expect.poll(() => receiver.spans.length, { timeout: 5000 }).toBeGreaterThan(before);
    const names = receiver.spans.slice(before).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('fetch'))).toEqual([]);
  });

  test('exports the remaining spans when the process stops', async () => {
    const parent = 'c'.repeat(16);
    await ask(system.origin, token, '{ me { id } }', { traceparent: sampled.replace(clientSpanId, parent) });
    system.child.kill('SIGTERM');
    expect(await system.exit).toBe(0);
    expect(treeOf(receiver.spans, parent)[0]).toBe('POST /graphql');
  });
});

describe('across processes', () => {
  const receiver = openedForTests(startOtlpReceiver);
  const graph = openedForTests(() => startWholeGraph(exporting(receiver)), 180_000);
  let token = '';
  beforeAll(async () => {
    token = await graph.issuer.sign({ subject: 'reader', patronId: 'P0000001' }, 600);
    await openCirculationSession(graph.origin, token);
  });

  test('traces the main query through the servers of the subgraphs', async () => {
    const { errors } = await ask(graph.origin, token, mainQuery, { traceparent: sampled });
    expect(errors).toBeUndefined();
    await treeWith('POST /graphql', receiver);
    const whole = [
      'POST /graphql',
      '  fetch circulation',
      '    POST /graphql',
      '      circulation query',
      '        load loansByCard',
      '          circulation/GetLoans',
      '        load merges',
      '          journal mergesOf',
      '        load recentPlaces',
      '          journal recentPlaces',
      '  fetch credentials',
      '    POST /graphql',
      '      credentials query',
      '        load cardsByPatron',
      '          card management/GetCardsByPatron',
      '        load merges',
      '          journal mergesOf',
      '  fetch patrons',
      '    POST /graphql',
      '      patrons query',
      '        load patrons',
      '          patron registry/GetPatrons',
      '  graphql.parse',
      '  graphql.plan',
      '  graphql.validate',
    ];
    await expect.poll(() => treeOf(receiver.spans, clientSpanId), { timeout: 5000 }).toEqual(whole);
    const services = receiver.spans.map(({ resource }) => resource['service.name']);
    expect(new Set(services)).toEqual(
      new Set([
        'patron-graph-gateway',
        'patron-graph-patrons',
        'patron-graph-credentials',
        'patron-graph-circulation',
      ]),
    );
    const journal = receiver.spans.find(({ name }) => name === 'journal recentPlaces');
    expect(journal?.attributes['db.system.name']).toBe('postgresql');
  });

  test('logs the same request id and trace id in all four processes', async () => {
    const reqId = '9b2f6f0e-3c9a-4f53-8a37-5f2f0d1c7e11';
    await ask(graph.origin, token, mainQuery, { traceparent: sampled, 'x-request-id': reqId });
    for (const { name, output } of Object.values(graph.services)) {
      await expect
        .poll(() => output.stderr.split('\n').find((line) => line.includes(reqId)) ?? 'null', {
          timeout: 5000,
        })
        .toContain(traceId);
      const line = output.stderr.split('\n').find((text) => text.includes(reqId)) ?? '';
      const expected =
        name === 'gateway' ? { operation: 'Main', fetches: 3, soapCalls: 3 } : { client: null, soapCalls: 1 };
      expect(JSON.parse(line)).toMatchObject({ traceId, reqId, route: '/graphql', status: 200, ...expected });
    }
  });

  test('marks the span of a refused call as failed, with attempts and reason', async () => {
    graph.legacy.prs.faults.set([{ kind: 'busy', operations: ['GetPatrons'] }]);
    const parent = 'd'.repeat(16);
    await ask(graph.origin, token, '{ me { name { english } } }', {
      traceparent: sampled.replace(clientSpanId, parent),
    });
    graph.legacy.prs.faults.clear();
    await expect
      .poll(() => receiver.spans.findLast(({ name }) => name === 'patron registry/GetPatrons'), {
        timeout: 5000,
      })
      .toMatchObject({ failed: true, attributes: { 'error.type': 'busy', 'patron_graph.attempts': 2 } });
  });
});
