import type { Registry } from 'prom-client';
import { callClasses } from '../../../platform/priority/call-classes.ts';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import { addGaugeAtScrape } from '../gauge-at-scrape.ts';

/** Shows the connections to the journal's database, by OpenTelemetry's semantic conventions for database clients. */
export function addConnectionMetrics(
  registry: Registry,
  connections: () => ReturnType<JournalDatabase['connections']>,
): void {
  addGaugeAtScrape(
    {
      registry,
      name: 'db_client_connection_count',
      help: 'Connections of this process to PostgreSQL.',
      labelNames: ['db_client_connection_state'],
    },
    () => {
      const now = connections();
      return now === null
        ? []
        : [
            [{ db_client_connection_state: 'used' }, now.used],
            [{ db_client_connection_state: 'idle' }, now.idle],
          ];
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'db_client_connection_pending_requests',
      help: 'Calls that wait for a connection to PostgreSQL, because all that their class may have are used.',
      labelNames: ['call_class'],
    },
    () => {
      const waiting = connections()?.waiting ?? {};
      return callClasses.map((callClass) => [{ call_class: callClass }, waiting[callClass] ?? 0]);
    },
  );
  addGaugeAtScrape(
    {
      registry,
      name: 'db_client_connection_max',
      help: 'The most connections of this process to PostgreSQL; 0 for SQLite.',
    },
    () => [[{}, connections()?.max ?? 0]],
  );
}
