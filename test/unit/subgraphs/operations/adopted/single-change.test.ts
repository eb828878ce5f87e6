import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import type { JournalDatabase, Operation } from '../../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import {
  type ChangeAnswer,
  reconcileSingleChange,
  type SingleChange,
  type SingleChangeServices,
  startSingleChange,
} from '../../../../../subgraphs/operations/adopted/single-change.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import { findOperation } from '../../../../../subgraphs/operations/ledger.ts';
import type { Caller } from '../../../../../subgraphs/runtime/caller.ts';
import { makeTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';

/** A system that keeps what was done by reference. */
class System {
  readonly done = new Map<string, string>();
  sent = 0;
  /** What happens to the next request. */
  next:
    | 'done'
    | 'answer lost'
    | 'request lost'
    | 'refused'
    | 'refused after a double delivery'
    | 'no connection' = 'done';

  send(reference: string, maySend: () => boolean): ChangeAnswer {
    if (this.next === 'no connection') {
      throw new UpstreamError('circulation', 'unreachable', 'a test');
    }
    if (!maySend()) {
      throw new UpstreamError('circulation', 'cancelled', 'a test');
    }
    this.sent += 1;
    if (this.next !== 'refused' && this.next !== 'request lost') {
      this.done.set(reference, `record ${this.done.size + 1}`);
    }
    if (this.next === 'answer lost' || this.next === 'request lost') {
      throw new UpstreamError('circulation', 'outcome-unknown', 'a test');
    }
    return this.next === 'done' ? { done: this.done.get(reference) ?? '' } : { problem: taken };
  }
}

const taken = { code: 'TAKEN', message: { en: 'Taken.', 'zh-Hant': '已被預約。' }, field: null };

const change: SingleChange<System, { readonly patronId: string; readonly room: string }> = {
  kind: 'ROOMS_BOOK_ROOM',
  dropAfterMs: 1_000,
  patronOf: ({ patronId }) => patronId,
  send: async (system, reference, _request, maySend) => system.send(reference, maySend),
  find: async (system, reference) => system.done.get(reference) ?? null,
};

const caller = {
  authenticated: true,
  issuer: 'issuer',
  subject: 'reader',
  patronId: 'P0000001',
  signedInAt: null,
  signInId: null,
} as unknown as Caller;

let folder: ReturnType<typeof makeTemporaryFolder>;
let journal: JournalDatabase;
let services: SingleChangeServices;
let system: System;
let nowMs: number;

beforeEach(async () => {
  folder = makeTemporaryFolder();
  journal = await openSqliteJournal({
    path: join(folder.path, 'journal.sqlite'),
    secret: Buffer.alloc(32, 1),
  });
  nowMs = 0;
  services = {
    journal,
    fingerprintKey: journal.keys.fingerprintKey,
    changes: journal,
    times: changeTimes,
    monotonic: () => nowMs,
    log: { warn: () => {}, error: () => {} },
  };
  system = new System();
});

afterEach(async () => {
  await journal[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const request = { patronId: 'P0000001', room: 'R101' };
const book = (reference = 'a', asked = request): Promise<Operation> =>
  startSingleChange(services, system, change, caller, reference, asked);

/** Reconciles the operation. `observedMs` is the observed time since it was begun. */
async function reconcile({ id }: Operation, observedMs: number): Promise<Operation> {
  const operation = await journal.findById(id);
  if (operation === null) {
    throw new Error('the journal has lost it');
  }
  await reconcileSingleChange(
    services,
    system,
    change,
  )({ operation, now: new Date(), observedMs }, new AbortController().signal);
  return (await journal.findById(id)) ?? operation;
}

test('a change is made once, however often it is asked for', async () => {
  const first = await book();
  expect(first).toMatchObject({ state: 'DONE', result: 'record 1', patronId: 'P0000001' });
  expect(await book()).toMatchObject({ id: first.id, state: 'DONE' });
  expect(system.sent).toBe(1);
  await expect(book('a', { ...request, room: 'R102' })).rejects.toThrow(
    '`reference` was used for another operation',
  );
});

test('a lost answer leaves it unsettled, and the lookup finds it', async () => {
  system.next = 'answer lost';
  const operation = await book();
  expect(operation.state).toBe('UNSETTLED');
  expect(await reconcile(operation, 0)).toMatchObject({ state: 'DONE', result: 'record 1' });
  expect(system.sent).toBe(1);
});

test('a lost request is refused only when nothing can arrive any more, and is never sent again', async () => {
  system.next = 'request lost';
  const operation = await book();
  expect((await reconcile(operation, 10_000)).state).toBe('UNSETTLED');
  const refused = await reconcile(operation, 60_000);
  expect(refused).toMatchObject({ state: 'REFUSED', result: { problems: [{ code: 'SYSTEM_UNAVAILABLE' }] } });
  expect(system.sent).toBe(1);
});

test('a refusal is looked up before it is believed: a proxy may have delivered the request twice', async () => {
  system.next = 'refused after a double delivery';
  expect(await book()).toMatchObject({ state: 'DONE', result: 'record 1' });
  system.next = 'refused';
  expect(await book('b')).toMatchObject({ state: 'REFUSED', result: { problems: [{ code: 'TAKEN' }] } });
});

test('a refused request that arrives late turns the operation to done', async () => {
  system.next = 'refused';
  const operation = await book();
  system.done.set(operation.id, 'late');
  expect(await reconcile(operation, 60_000)).toMatchObject({ state: 'DONE', result: 'late' });
});

test('without a connection nothing was done', async () => {
  system.next = 'no connection';
  expect(await book()).toMatchObject({
    state: 'REFUSED',
    result: { problems: [{ code: 'SYSTEM_UNAVAILABLE' }] },
  });
  expect(system.sent).toBe(0);
});

test('a process that was frozen until after its time sends nothing', async () => {
  const frozen: typeof change = {
    ...change,
    send: async (at, reference, _request, maySend) => {
      nowMs = 2_001;
      return at.send(reference, maySend);
    },
  };
  const operation = await startSingleChange(services, system, frozen, caller, 'a', request);
  expect(operation.state).toBe('REFUSED');
  expect(system.sent).toBe(0);
});

test('circulation finds no such operation under the reference, so that its lists never meet a kind that it does not know', async () => {
  await book();
  expect(await findOperation(services, caller, 'a')).toBeNull();
  expect(await journal.operationsOfPatron('P0000001', null, 10)).toEqual([]);
});
