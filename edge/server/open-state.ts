import { join } from 'node:path';
import type { SecretValues } from '../../platform/lifecycle/secrets.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import type { SealedState, StateOwner } from '../../store/shared-state/port.ts';
import { openPostgresState } from '../../store/shared-state/postgres/sealed-state.ts';
import { openSqliteState } from '../../store/shared-state/sqlite/sealed-state.ts';
import type { StateConfig } from './config.ts';
import type { EdgeLog } from './create-server.ts';

/**
 * Opens the server's stored data, which is encrypted. It is in PostgreSQL, which any number of processes share, or in a
 * SQLite file for one process.
 */
export async function openState(
  owner: StateOwner,
  secrets: SecretValues,
  { databaseUrl, databaseTls, migrates, dataDir }: StateConfig,
  log: EdgeLog,
): Promise<SealedState> {
  if (databaseUrl === null) {
    return await openSqliteState({ owner, path: stateFileIn(dataDir, owner), secrets, holder: owner });
  }
  const tls = openClientTls(databaseTls, log);
  return await openPostgresState({ owner, url: databaseUrl.href, tls, migrates, secrets });
}

export const stateFileIn = (dataDir: string, owner: StateOwner): string => join(dataDir, `${owner}.sqlite`);
