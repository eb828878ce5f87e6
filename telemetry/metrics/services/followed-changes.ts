import { Counter, Gauge, type Registry } from 'prom-client';
import type { CursorRefusal, ServiceObserver } from '../../../subgraphs/observer.ts';

const refusals: Readonly<Record<CursorRefusal, true>> = { CURSOR_EXPIRED: true, CURSOR_INVALID: true };

/**
 * The fields of Subscription. Each field has its series from the start, so that a panel is not empty before the first
 * stream.
 */
const fields = [
  'myChanges',
  'operationChanges',
  'libraryChanges',
  'stationChanges',
  'credentialChanges',
  'standingChanges',
];

/**
 * Counts the streams of changes that the subgraphs of this process serve, the changes that they send, and refused
 * cursors.
 */
export function measureFollowedChanges(registry: Registry) {
  const registers = [registry];
  const open = new Gauge({
    name: 'patron_graph_change_streams_open',
    help: 'Open streams of changes from subgraphs, by field of Subscription.',
    labelNames: ['field'],
    registers,
  });
  const told = new Counter({
    name: 'patron_graph_changes_told_total',
    help: 'Changes that these streams told, by field of Subscription.',
    labelNames: ['field'],
    registers,
  });
  const refused = new Counter({
    name: 'patron_graph_cursors_refused_total',
    help: 'Cursors of changes that were refused, by code. CURSOR_EXPIRED: older than the log, or of another log. CURSOR_INVALID: altered, or of another caller, field or arguments.',
    labelNames: ['code'],
    registers,
  });
  for (const code of Object.keys(refusals)) {
    refused.inc({ code }, 0);
  }
  for (const field of fields) {
    open.set({ field }, 0);
    told.inc({ field }, 0);
  }
  return {
    changesFollowed: (field, by) => open.inc({ field }, by),
    changeTold: (field) => told.inc({ field }),
    cursorRefused: (code) => refused.inc({ code }),
  } satisfies ServiceObserver;
}
