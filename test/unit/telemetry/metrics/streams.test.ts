import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createGatewayMetrics } from '../../../../telemetry/metrics/gateway/index.ts';
import { valuesOf } from './values.ts';

test('streams are counted by protocol, bound and code, from a first value of 0 on', async () => {
  const registry = new Registry();
  const { watchStreams, streamRefused, streamEvent, streamEnded } = createGatewayMetrics(registry);
  const above = async (name: string) => (await valuesOf(registry, name)).filter(({ value }) => value > 0);
  expect(await valuesOf(registry, 'patron_graph_streams_refused_total')).toHaveLength(3);
  expect(await valuesOf(registry, 'patron_graph_stream_events_total')).toHaveLength(3 * 4);
  watchStreams(() => ({ sse: 2, websocket: 0, multipart: 1 }));
  streamRefused('caller');
  streamEvent('sse', 'next');
  streamEvent('sse', 'next');
  streamEvent('websocket', 'lagged');
  streamEnded('multipart', 'complete');
  streamEnded('sse', 'UNAUTHENTICATED');
  // A subgraph chooses its codes, so not every text becomes a label.
  streamEnded('sse', 'a text with a name in it');
  expect(await valuesOf(registry, 'patron_graph_streams_open')).toEqual([
    { labels: { protocol: 'sse' }, value: 2 },
    { labels: { protocol: 'websocket' }, value: 0 },
    { labels: { protocol: 'multipart' }, value: 1 },
  ]);
  expect(await above('patron_graph_streams_refused_total')).toEqual([
    { labels: { bound: 'caller' }, value: 1 },
  ]);
  expect(await above('patron_graph_stream_events_total')).toEqual([
    { labels: { protocol: 'sse', kind: 'next' }, value: 2 },
    { labels: { protocol: 'websocket', kind: 'lagged' }, value: 1 },
  ]);
  expect(await above('patron_graph_streams_ended_total')).toEqual([
    { labels: { protocol: 'multipart', code: 'complete' }, value: 1 },
    { labels: { protocol: 'sse', code: 'UNAUTHENTICATED' }, value: 1 },
    { labels: { protocol: 'sse', code: '_OTHER' }, value: 1 },
  ]);
});
