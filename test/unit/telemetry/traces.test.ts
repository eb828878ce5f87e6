import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { beginServerSpan, inLinkedSpan, inSpanBelow } from '../../../platform/telemetry/spans.ts';
import { readTelemetryConfig } from '../../../telemetry/config.ts';
import { startTelemetry } from '../../../telemetry/start.ts';
import { startOtlpReceiver } from '../../support/telemetry/otlp-receiver.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function options() {
  const warnings: object[] = [];
  return {
    warnings,
    service: 'patron-graph-test',
    version: '1.2.3',
    log: { warn: (details: object) => warnings.push(details) },
  };
}

/** Starts telemetry, makes one span, and stops. The stop exports the span. */
async function makeSpan(env: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(env)) {
    vi.stubEnv(name, value);
  }
  await using _ = await startTelemetry(process.env, options());
  trace
    .getTracer('test')
    .startSpan('a span', { attributes: { size: 3 } })
    .end();
}

describe('without a variable that asks for it, no span is made', () => {
  test.each([
    {},
    { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    { OTEL_SERVICE_NAME: 'a-name', OTEL_TRACES_SAMPLER: 'always_on', OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  ])('%j', async (env) => {
    await using _ = await startTelemetry(env, options());
    expect(readTelemetryConfig(env).traces).toBeNull();
    expect(trace.getTracer('test').startSpan('a span').isRecording()).toBe(false);
  });
});

test('a span is exported as JSON, with the process that made it, when the process stops', async () => {
  await using receiver = await startOtlpReceiver();
  await makeSpan({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  expect(receiver.spans).toMatchObject([
    {
      name: 'a span',
      parentSpanId: null,
      attributes: { size: 3 },
      resource: {
        'service.name': 'patron-graph-test',
        'service.version': '1.2.3',
        'deployment.environment.name': 'test',
      },
    },
  ]);
  expect(Object.keys(receiver.spans[0]?.resource ?? {}).sort()).toEqual([
    'deployment.environment.name',
    'service.instance.id',
    'service.name',
    'service.version',
  ]);
});

test('by default it is exported as protobuf, and OTEL_SERVICE_NAME names the service', async () => {
  await using receiver = await startOtlpReceiver();
  await makeSpan({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_SERVICE_NAME: 'the-graph' });
  expect(receiver.contentTypes).toEqual(['application/x-protobuf']);
  expect(receiver.bodies[0]).toContain('the-graph');
  expect(receiver.bodies[0]).not.toContain('patron-graph-test');
});

test('an event of a stream has a trace of its own, with a link to the request that opened the stream', async () => {
  await using receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  let cause = '';
  {
    await using _ = await startTelemetry(process.env, options());
    const { span, traceContext } = beginServerSpan('POST /graphql', {}, {});
    cause = span.spanContext().traceId;
    await inLinkedSpan({ name: 'graphql.event' }, traceContext, (inner) =>
      inSpanBelow(inner, { name: 'fetch books' }, async () => undefined),
    );
    span.end();
  }
  const spanOf = (name: string) =>
    receiver.spans.find((one) => one.name === name) ?? expect.fail(`there is no span ${name}`);
  expect(spanOf('graphql.event').parentSpanId).toBeNull();
  expect(spanOf('graphql.event').traceId).not.toBe(cause);
  expect(spanOf('fetch books').traceId).toBe(spanOf('graphql.event').traceId);
  expect(receiver.bodies.join('')).toMatch(
    new RegExp(`"links":\\[{"attributes":\\[\\],"spanId":"\\w+","traceId":"${cause}"`),
  );
});

test('the ratio decides which traces are recorded', async () => {
  await using receiver = await startOtlpReceiver();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_TRACES_SAMPLER: 'traceidratio' };
  await makeSpan({ ...env, OTEL_TRACES_SAMPLER_ARG: '0' });
  expect(receiver.contentTypes).toEqual([]);
  await makeSpan({ ...env, OTEL_TRACES_SAMPLER_ARG: '1.0' });
  expect(receiver.contentTypes).toHaveLength(1);
});

test('a collector that hangs delays the end by seconds at most, and is named in a warning', {
  timeout: 10_000,
}, async () => {
  await using receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint.replace('127.0.0.1', '127.0.0.2'));
  const { warnings, ...rest } = options();
  const telemetry = await startTelemetry(process.env, rest);
  trace.getTracer('test').startSpan('a span').end();
  await telemetry[Symbol.asyncDispose]();
  expect(warnings.length).toBeGreaterThan(0);
});

test('every variable that is wrong is named', () => {
  const wrong = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '10',
    OTEL_BSP_SCHEDULE_DELAY: '0',
  };
  expect(() => readTelemetryConfig(wrong)).toThrow(
    new RegExp(
      Object.keys(wrong)
        .map((name) => `(?=[^]*${name})`)
        .join(''),
    ),
  );
});
