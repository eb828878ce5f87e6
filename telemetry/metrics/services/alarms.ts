import { Counter, type Registry } from 'prom-client';
import type { ProcessLog } from '../../../subgraphs/runtime/errors.ts';

/** How every line begins that somebody must act on today: docs/runbook.md has them. */
const alarmPrefix = 'ALARM: ';

/** The same log, whose alarms are counted. So nobody can add an alarm to the log that wakes nobody. */
export function countAlarms(registry: Registry): (log: ProcessLog) => ProcessLog {
  const alarms = new Counter({
    name: 'patron_graph_alarms_total',
    help: 'Lines of the log that begin with ALARM. A patron may have more than ten loans, or a card may be in the wrong state.',
    registers: [registry],
  });
  return (log) => ({
    info: (details, message) => log.info(details, message),
    warn: (details, message) => log.warn(details, message),
    error(details, message) {
      if (message.startsWith(alarmPrefix)) {
        alarms.inc();
      }
      log.error(details, message);
    },
  });
}
