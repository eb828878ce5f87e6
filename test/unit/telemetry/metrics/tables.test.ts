import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { measureTables } from '../../../../telemetry/metrics/tables.ts';
import { valuesOf } from './values.ts';

test('each bounded table shows how full it is now, and one that can’t be read shows nothing', async () => {
  const registry = new Registry();
  const { watchTable } = measureTables(registry);
  let connections = 0;
  watchTable('sip2_connections', () => connections / 4);
  watchTable('stations', async () => 0.5);
  watchTable('station_codes', () => Promise.reject(new Error('the database is away')));
  connections = 1;
  expect(await valuesOf(registry, 'patron_graph_table_fill_ratio')).toEqual([
    { value: 0.25, labels: { table: 'sip2_connections' } },
    { value: 0.5, labels: { table: 'stations' } },
  ]);
});
