import { ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createSamplerFirstTracers, TraceIds } from '../../../telemetry/sampler-first-tracers.ts';

const half = new TraceIdRatioBasedSampler(0.5);
const samplers: Readonly<Record<string, Sampler>> = {
  'always on': new AlwaysOnSampler(),
  'always off': new AlwaysOffSampler(),
  'half of the traces': half,
  'by the parent, else on': new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  'by the parent, else off': new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  'by the parent, else half': new ParentBasedSampler({ root: half }),
};

/** A remote parent. A sampler of half of the traces records ids that start with `0`, but no ids that start with `f`. */
const remote = (traceFlags: TraceFlags, first: '0' | 'f'): SpanContext => ({
  traceId: `${first}${'1'.repeat(31)}`,
  spanId: '2'.repeat(16),
  traceFlags,
  isRemote: true,
});
const parents: Readonly<Record<string, SpanContext | null>> = {
  'no parent': null,
  'a recorded parent': remote(TraceFlags.SAMPLED, '0'),
  'a recorded parent, of the other half': remote(TraceFlags.SAMPLED, 'f'),
  'a parent that is not recorded': remote(TraceFlags.NONE, '0'),
  'a parent that is not recorded, of the other half': remote(TraceFlags.NONE, 'f'),
};
const cases = Object.keys(samplers).flatMap((sampler) =>
  Object.keys(parents).map((parent) => ({ sampler, parent })),
);

function tracerOf(sampler: Sampler) {
  const ids = new TraceIds();
  const sdk = new TracerProvider({ sampler, idGenerator: ids });
  return createSamplerFirstTracers(sdk, sampler, ids).getTracer('test');
}

const contextOf = (parent: SpanContext | null) =>
  parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);

test.each(cases)('$sampler, $parent: recorded as the sampler says, in the right trace', (one) => {
  const sampler = samplers[one.sampler] ?? expect.fail();
  const parent = parents[one.parent] ?? null;
  const tracer = tracerOf(sampler);
  const context = contextOf(parent);
  for (let time = 0; time < 20; time += 1) {
    const span = tracer.startSpan('a request', { attributes: { size: 3 } }, context);
    const { traceId, traceFlags } = span.spanContext();
    const { decision } = sampler.shouldSample(context, traceId, '', 0, {}, []);
    expect(span.isRecording()).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
    expect(traceFlags).toBe(span.isRecording() ? TraceFlags.SAMPLED : TraceFlags.NONE);
    expect(traceId).toBe(parent?.traceId ?? traceId);
    span.end();
  }
});

describe('the ids of traces', () => {
  test('no two that begin here have the same, recorded or not', () => {
    const tracer = tracerOf(half);
    const spans = Array.from({ length: 200 }, () => tracer.startSpan('a request', {}, ROOT_CONTEXT));
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(200);
    expect(new Set(spans.map((span) => span.isRecording())).size).toBe(2);
  });

  test('one that was passed on is not given to the next trace', () => {
    const tracer = tracerOf(new AlwaysOnSampler());
    const parent = remote(TraceFlags.SAMPLED, '0');
    tracer.startSpan('a request', {}, contextOf(parent));
    expect(tracer.startSpan('another', {}, ROOT_CONTEXT).spanContext().traceId).not.toBe(parent.traceId);
  });
});

test('a request that is not recorded, as its caller’s isn’t, is its caller’s span to what it calls', () => {
  const parent = remote(TraceFlags.NONE, '0');
  const tracer = tracerOf(new ParentBasedSampler({ root: new AlwaysOnSampler() }));
  const context = contextOf(parent);
  expect(tracer.startSpan('a request', {}, context)).toBe(trace.getSpan(context));
});
