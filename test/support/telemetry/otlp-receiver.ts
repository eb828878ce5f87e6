import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

/** A span as it was exported. Ids are hexadecimal. Times are in ns since 1970. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null if the span has no parent. */
  readonly parentSpanId: string | null;
  /** OTLP's number for the kind: 1 for internal, 2 for server, 3 for client. */
  readonly kind: number;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The resource attributes of the process that exported the span. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .optional()
  .transform((list = []) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]] as const)),
  );
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              kind: z.number(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes,
              status: z.object({ code: z.number().optional() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A collector for OTLP over HTTP as JSON (`OTEL_EXPORTER_OTLP_PROTOCOL=http/json`). */
export interface OtlpReceiver extends AsyncDisposable {
  /** The value for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** All spans that have arrived. */
  readonly spans: readonly ReceivedSpan[];
  /** The received bodies, each byte as a Latin-1 character. Tests search them for forbidden text. */
  readonly bodies: readonly string[];
  /** The content type of each export. */
  readonly contentTypes: readonly (string | undefined)[];
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const contentTypes: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      contentTypes.push(request.headers['content-type']);
      bodies.push(body.toString('latin1'));
      if (request.headers['content-type'] === 'application/json') {
        spans.push(...spansIn(JSON.parse(body.toString())));
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    contentTypes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function spansIn(body: unknown): ReceivedSpan[] {
  return exported.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        kind: span.kind,
        parentSpanId: span.parentSpanId ?? null,
        startedAt: BigInt(span.startTimeUnixNano),
        endedAt: BigInt(span.endTimeUnixNano),
        attributes: span.attributes,
        resource: resource.attributes,
        failed: span.status?.code === 2,
      })),
    ),
  );
}
