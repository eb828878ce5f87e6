import type { ClientOperation, Effect, History, JournalEntry, RecordChange } from '../history.ts';
import { check, type Property } from './index.ts';

/** A history without events. Tests add events that the checker must find or accept. */
export const sound: History = {
  changes: [],
  effects: [],
  journal: [],
  merges: [],
  lives: [],
  asked: [],
  quotas: [],
  finalQuotas: [],
  deliveries: new Map(),
  confirmations: new Map(),
  appliedLate: new Set(),
  feed: { last: '1', compared: '1' },
  open: { recorded: { loans: 0, holds: 0 }, indexed: { loans: 0, holds: 0 } },
  foreign: new Map(),
  failedChecks: new Map(),
  disruptions: [],
  jumps: [],
  legacySteps: [],
  unattended: [],
  alarms: [],
  findings: [],
  live: null,
  settlingMs: 10_000,
  isFaultless: false,
  mayArriveLate: true,
};

/** The properties that the history breaks. */
export const broken = (history: Partial<History>): readonly Property[] =>
  check({ ...sound, ...history }).map(({ property }) => property);

/**
 * A done check-out. It is requested at `at`. Its place is reserved 10 ms later, its loan is made after 20 ms, and it is
 * settled after 30 ms.
 */
export const checkOut = (id: string, at: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  caller: 'subject station',
  reference: `ref-${id}`,
  kind: 'CHECK_OUT',
  state: 'DONE',
  firstState: more.state ?? 'DONE',
  problem: null,
  settlingMs: null,
  loanId: null,
  erasedAt: null,
  requestedAt: at,
  settledAt: at + 30,
  placeFreeAt: more.settledAt === undefined ? at + 30 : more.settledAt,
  sendBy: at + 2_010,
  patronId: 'P1',
  place: { kind: 'LOAN', subject: `item ${id}`, reservedAt: at + 10 },
  ...more,
});

export const begun = (id: string, at: number, more: Partial<RecordChange> = {}): RecordChange => ({
  change: 'BEGUN',
  at,
  kind: 'LOAN',
  id: `L-${id}`,
  patronId: 'P1',
  subject: `item ${id}`,
  reference: id,
  ...more,
});
export const ended = (id: string, at: number): RecordChange => begun(id, at, { change: 'ENDED' });
export const atDesk = (id: string, at: number): RecordChange => begun(id, at, { reference: null });
export const out = (reference: string): Effect => ({ event: 'OUT', reference, at: 20 });

/** `count` check-outs. A check-out is requested every 100 ms, and is done before the next request. */
export function lent(count: number): Pick<History, 'changes' | 'effects' | 'journal'> {
  const ids = Array.from({ length: count }, (_, index) => `op-${index + 1}`);
  return {
    changes: ids.map((id, index) => begun(id, index * 100 + 20)),
    effects: ids.map(out),
    journal: ids.map((id, index) => checkOut(id, index * 100)),
  };
}

/** A client's view of a check-out that was never answered. The card was in use. */
export const asked = (id: string, more: Partial<ClientOperation> = {}): ClientOperation => ({
  reference: `ref-${id}`,
  kind: 'CHECK_OUT',
  caller: 'subject station',
  begunAt: 0,
  wasCardInUse: true,
  answers: [],
  ...more,
});
