import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, type PostgresSettings } from '../../postgres/database.ts';
import { ownSchema } from '../../postgres/preparation.ts';
import { rowRights, type SchemaRights } from '../../postgres/process-roles.ts';
import { asUnavailable } from '../as-unavailable.ts';
import type { UsageStore } from '../port.ts';
import { createUsage } from '../usage/create-usage.ts';
import { createUsageStatements, type UsageLimits } from '../usage/statements.ts';

/** The schema's name contains the version of the tables. A change of the tables needs the next version. */
const schema = 'patron_graph_usage_1';

export const usageTables = ownSchema(
  schema,
  'operations',
  readFileSync(join(import.meta.dirname, 'usage.sql'), 'utf8'),
);

export const usageRights: SchemaRights = { schema, rights: { patron_graph_gateway: rowRights }, except: {} };

/** The maximum numbers of rows. That many rows take 200 MB, and as much again for the index. */
const usageLimits: UsageLimits = { coordinates: 2_000_000, operations: 20_000 };

/** @throws SharedStateUnavailable */
export async function openPostgresUsage(
  settings: Pick<PostgresSettings, 'url' | 'tls' | 'migrates'>,
  limits: UsageLimits = usageLimits,
): Promise<UsageStore> {
  const own = { applicationName: 'patron-graph usage', maxConnections: 1, preparesStatements: false };
  const dialect = {
    schema: `${schema}.`,
    itemsOf: (parameter: string) => `jsonb_array_elements(cast(${parameter} as jsonb)) as item (value)`,
  } as const;
  const statements = createUsageStatements(dialect, limits);
  return createUsage(
    await asUnavailable(() => openPostgres({ ...settings, ...own }, statements, [usageTables])),
  );
}
