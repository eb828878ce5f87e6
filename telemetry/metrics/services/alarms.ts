import { Counter, type Registry } from 'prom-client';
import type { ServiceObserver } from '../../../subgraphs/observer.ts';

export function measureAlarms(registry: Registry) {
  const alarms = new Counter({
    name: 'patron_graph_alarms_total',
    help: 'Lines of the log that begin with ALARM. A patron may have more than ten loans, or a card may be in the wrong state.',
    registers: [registry],
  });
  return { alarmed: () => alarms.inc() } satisfies ServiceObserver;
}
