import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import type { AnsweredOperation } from '../../../../gateway/observer.ts';
import { createGatewayMetrics } from '../../../../telemetry/metrics/gateway/index.ts';
import { valuesOf } from './values.ts';

type Errors = AnsweredOperation['errors'];
const failed = (...codes: readonly string[]): Errors =>
  codes.map((code) => ({ message: 'no', extensions: { code } }));

function observe({
  clients = [],
  names = null,
}: {
  readonly clients?: readonly string[];
  readonly names?: readonly string[] | null;
}) {
  const registry = new Registry();
  const observer = createGatewayMetrics(registry);
  observer.clientsConfigured(new Set(clients));
  observer.watchOperationNames(() => (names === null ? null : new Set(names)));
  return {
    registry,
    rejected: observer.rejected,
    answered(operation: Partial<AnsweredOperation> = {}) {
      observer.answered({
        name: 'Me',
        type: 'query',
        audience: 'public',
        clientId: null,
        errors: null,
        ms: 20,
        parts: 0,
        isClientGone: false,
        ...operation,
      });
    },
    labels: async (metric: string, label: string) => {
      const values = await valuesOf(registry, metric);
      return [...new Set(values.map(({ labels }) => String(labels[label])))].sort();
    },
  };
}

const duration = 'patron_graph_operation_duration_seconds_count';
const operationName = 'graphql_operation_name';

test('a request is counted by type, audience, client and outcome, and timed by its name', async () => {
  const { registry, answered } = observe({ clients: ['app'] });
  answered({ type: 'mutation', clientId: 'app', audience: 'reader' });
  const labels = { graphql_operation_type: 'mutation', audience: 'reader' };
  expect(await valuesOf(registry, 'patron_graph_requests_total')).toEqual([
    { value: 1, labels: { ...labels, client: 'app', outcome: 'ok' } },
  ]);
  expect(await valuesOf(registry, duration)).toEqual([
    { value: 1, labels: { ...labels, graphql_operation_name: 'Me' } },
  ]);
});

test.each([
  [null, 'ok'],
  [failed('FORBIDDEN', 'BAD_USER_INPUT'), 'client_error'],
  [failed('FORBIDDEN', 'UPSTREAM_TIMEOUT', 'FORBIDDEN'), 'server_error'],
  [[{ message: 'without a code' }], 'client_error'],
] satisfies readonly (readonly [Errors, string])[])(
  'the outcome of an answer with the errors %j is %s',
  async (errors, outcome) => {
    const { answered, labels } = observe({});
    answered({ errors });
    expect(await labels('patron_graph_requests_total', 'outcome')).toEqual([outcome]);
  },
);

test('a code is counted once for each answer that has it', async () => {
  const { registry, answered, rejected } = observe({});
  answered({ errors: failed('FORBIDDEN', 'FORBIDDEN', 'UPSTREAM_TIMEOUT') });
  rejected('UNAUTHENTICATED');
  const counted = await valuesOf(registry, 'patron_graph_request_errors_total');
  expect(Object.fromEntries(counted.map(({ value, labels }) => [labels.code, value]))).toEqual({
    FORBIDDEN: 1,
    UPSTREAM_TIMEOUT: 1,
    UNAUTHENTICATED: 1,
  });
});

test('the errors of a request whose client went away are nobody’s fault', async () => {
  const { registry, answered, labels } = observe({});
  answered({ errors: failed('SUBGRAPH_TIMEOUT'), isClientGone: true });
  expect(await labels('patron_graph_requests_total', 'outcome')).toEqual(['cancelled']);
  expect(await valuesOf(registry, 'patron_graph_request_errors_total')).toEqual([]);
});

describe('a stranger can’t make the metrics grow', () => {
  test('by names of operations', async () => {
    const { answered, labels } = observe({});
    for (let number = 0; number < 3000; number += 1) {
      answered({ name: `Op_${number.toString(2)}`.replaceAll('1', 'A').replaceAll('0', 'B') });
    }
    const names = await labels(duration, operationName);
    expect(names).toHaveLength(201);
    expect(names).toContain('_OTHER');
  });

  test('by names of operations, where manifests name them', async () => {
    const { answered, labels } = observe({ names: ['Me', 'Loans'] });
    for (const name of ['Me', 'Invented', 'Loans', null]) {
      answered({ name });
    }
    expect(await labels(duration, operationName)).toEqual(['Loans', 'Me', '_NONE', '_OTHER']);
  });

  test('by clients', async () => {
    const { answered, labels } = observe({ clients: ['app'] });
    for (const clientId of ['app', 'another', 'one more', null]) {
      answered({ clientId });
    }
    expect(await labels('patron_graph_requests_total', 'client')).toEqual(['_NONE', '_OTHER', 'app']);
  });

  test('by codes of a subgraph of somebody else', async () => {
    const { answered, labels } = observe({});
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    for (const first of letters) {
      answered({ errors: failed(...letters.map((second) => `${first}${second}`)) });
    }
    answered({ errors: failed('patron P0000001', '') });
    const codes = await labels('patron_graph_request_errors_total', 'code');
    expect(codes).toHaveLength(101);
    expect(codes).toContain('_OTHER');
  });
});

test('R30: what may be a number of a person names no operation', async () => {
  const { answered, labels } = observe({});
  for (const name of ['P0000001', 'Q_21852000000017', 'A123456', 'Pin1234', 'Top10']) {
    answered({ name });
  }
  expect(await labels(duration, operationName)).toEqual(['Top10', '_OTHER']);
});

test('of every code that the guide has, it is said whose fault it is', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/answers.md'), 'utf8');
  const [, table = ''] = /^## Errors\n([\s\S]*)/m.exec(guide) ?? [];
  const rows = table.split('\n').filter((line) => /^\| `/.test(line));
  const ours: string[] = [];
  for (const row of rows) {
    const [, names = '', advice = ''] = row.split('|');
    const isOurs = /^ (?:A system|A process|Too many people|The keys|Tell the operators)/.test(advice);
    ours.push(...(isOurs ? (names.match(/[A-Z_]{3,}/g) ?? []).filter((name) => name !== 'HTTP') : []));
  }
  const { answered, labels } = observe({});
  // These codes need no alarm: a client has left, or a client's query has a thousand errors of another kind.
  const harmless = ['UPSTREAM_CANCELLED', 'TOO_MANY_ERRORS'];
  const faults = ours.filter((code) => !harmless.includes(code));
  expect(faults.length).toBeGreaterThan(12);
  for (const code of faults) {
    answered({ errors: failed(code) });
  }
  expect(await labels('patron_graph_requests_total', 'outcome')).toEqual(['server_error']);
});
