import type { AskedOperation, BookChange, Effect, History, JournalEntry } from '../history.ts';
import { check, type Property } from './index.ts';

/** Histories by hand, each with one thing in it that must never be: the checker has to see it, and nothing else. */
export const sound: History = {
  ...{ changes: [], effects: [], journal: [], asked: [], quotas: [], finalQuotas: [] },
  ...{
    deliveries: new Map(),
    confirmations: new Map(),
    failedLooks: new Map(),
    disruptions: [],
    jumps: [],
    unattended: [],
    alarms: [],
  },
  ...{ settlingMs: 10_000, isFaultless: false },
};

export const broken = (history: Partial<History>): readonly Property[] =>
  check({ ...sound, ...history }).map(({ property }) => property);

/** A check-out of ours that is done: requested at `at`, given its place 10 ms later, done after 20 and settled after 30. */
export const checkOut = (id: string, at: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{
    id,
    caller: 'subject station',
    reference: `ref-${id}`,
    kind: 'CHECK_OUT',
    state: 'DONE',
    firstState: more.state ?? 'DONE',
    problem: null,
    settlingMs: null,
  },
  ...{ requestedAt: at, settledAt: at + 30, sendBy: at + 2_010, patronId: 'P1' },
  place: { kind: 'LOAN', subject: `item ${id}`, reservedAt: at + 10 },
  ...more,
});

export const begun = (id: string, at: number, more: Partial<BookChange> = {}): BookChange => ({
  ...{
    change: 'BEGUN',
    at,
    kind: 'LOAN',
    id: `L-${id}`,
    patronId: 'P1',
    subject: `item ${id}`,
    reference: id,
  },
  ...more,
});
export const ended = (id: string, at: number): BookChange => begun(id, at, { change: 'ENDED' });
export const atDesk = (id: string, at: number): BookChange => begun(id, at, { reference: null });
export const out = (reference: string): Effect => ({ event: 'OUT', reference, at: 20 });

/** So many check-outs of ours, one after the other, each done before the next is requested. */
export function lent(count: number): Pick<History, 'changes' | 'effects' | 'journal'> {
  const ids = Array.from({ length: count }, (_, index) => `op-${index + 1}`);
  return {
    changes: ids.map((id, index) => begun(id, index * 100 + 20)),
    effects: ids.map(out),
    journal: ids.map((id, index) => checkOut(id, index * 100)),
  };
}

/** What its client knows of a check-out that it asked for with a card in use, and was told nothing of. */
export const asked = (id: string, more: Partial<AskedOperation> = {}): AskedOperation => ({
  ...{ reference: `ref-${id}`, kind: 'CHECK_OUT', caller: 'subject station', begunAt: 0 },
  ...{ wasCardInUse: true, answers: [] },
  ...more,
});
