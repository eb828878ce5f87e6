import { Counter, type Registry } from 'prom-client';
import type {
  GatewayObserver,
  StreamBound,
  StreamHappening,
  StreamProtocol,
} from '../../../gateway/observer.ts';
import { createCodeLabels } from '../error-codes.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

const protocols: readonly StreamProtocol[] = ['sse', 'websocket', 'multipart'];
const happenings: readonly StreamHappening[] = ['next', 'lagged', 'delayed', 'heartbeat'];
const bounds: readonly StreamBound[] = ['connection', 'caller', 'process'];

/** Measures the streams of subscriptions. Every series with known labels begins at 0. */
export function measureStreams(registry: Registry) {
  let open: () => Readonly<Partial<Record<StreamProtocol, number>>> = () => ({});
  addGaugeAtScrape(
    {
      registry,
      name: 'patron_graph_streams_open',
      help: 'Open streams of subscriptions.',
      labelNames: ['protocol'],
    },
    () => Object.entries(open()).map(([protocol, count]) => [{ protocol }, count]),
  );
  const refused = new Counter({
    name: 'patron_graph_streams_refused_total',
    help: 'Streams, and WebSockets for them, that were refused because too many were open: of one WebSocket (connection), of one caller, or of the process.',
    labelNames: ['bound'],
    registers: [registry],
  });
  const events = new Counter({
    name: 'patron_graph_stream_events_total',
    help: 'What was sent on streams: next, an event; lagged, the notice that events were dropped; heartbeat. Delayed: an event waited, because the rate of its caller was used up.',
    labelNames: ['protocol', 'kind'],
    registers: [registry],
  });
  const ended = new Counter({
    name: 'patron_graph_streams_ended_total',
    help: 'Streams that have ended, by the code that the client was told. Complete: by the subgraph. CLIENT_GONE: by the client.',
    labelNames: ['protocol', 'code'],
    registers: [registry],
  });
  const codeLabels = createCodeLabels();
  for (const bound of bounds) {
    refused.inc({ bound }, 0);
  }
  for (const protocol of protocols) {
    for (const kind of happenings) {
      events.inc({ protocol, kind }, 0);
    }
    for (const code of ['complete', 'CLIENT_GONE']) {
      ended.inc({ protocol, code }, 0);
    }
  }
  return {
    watchStreams(counts) {
      open = counts;
    },
    streamRefused: (bound) => refused.inc({ bound }),
    streamEvent: (protocol, kind) => events.inc({ protocol, kind }),
    streamEnded: (protocol, code) =>
      ended.inc({ protocol, code: code === 'complete' ? code : codeLabels.labelOf(code) }),
  } satisfies GatewayObserver;
}
