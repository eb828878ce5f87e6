import { expect, test } from 'vitest';
import { outcomeOf } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { run } from '../../support/processes.ts';
import {
  always,
  begun,
  caller,
  checkOut,
  epochOf,
  type JournalOpening,
  lent,
  loanOf,
} from './journal-under-test.ts';

/** The contract of `Journal` for closing it, and for a process that is killed while it writes. */
export function journalDurabilityContract(open: JournalOpening): void {
  test('what was written is there after the journal is reopened', async () => {
    await using subject = await open();
    const done = await lent(subject.journal, loanOf('P0000001'));
    await subject.journal[Symbol.asyncDispose]();
    const journal = await subject.open();
    await expect(journal.find(caller, done.reference)).resolves.toEqual(done);
    await expect(epochOf(journal, 'P0000001')).resolves.toBe(1n);
    const next = await lent(journal, loanOf('P0000001'));
    await expect(journal.find(caller, next.reference)).resolves.toEqual(next);
  });

  test('a closed journal rejects every call, and may be closed again', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const read = {
      subject: 'staff-1',
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'IDENTITY_NUMBER',
      patronId: null,
      applicationId: null,
    } as const;
    await journal[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
    for (const ask of [
      () => journal.begin(checkOut('0012')),
      () => journal.find(caller, '0012'),
      () => journal.findById(id),
      () => journal.placesNow('P0000001', 'LOAN'),
      () => journal.reserve(id, loanOf('P0000001'), always),
      () => journal.placesSince('P0000001', 'LOAN', 0n),
      () => journal.recentPlaces(['P0000001'], 'LOAN', 1),
      () => journal.settle(id, outcomeOf('DONE', null)),
      () => journal.saveDetails(id, null),
      () => journal.allowSending(id, null, 1),
      () => journal.lock(id, ['key']),
      () => journal.isLocked('key'),
      () => journal.reconcileAgain(id, 1),
      () => journal.takeDue(1, 1),
      () => journal.removeExpired(),
      () => journal.attempt('key', 1, 1),
      () => journal.forgive([]),
      () => journal.record([read]),
      () => journal.readingsOfPatron('P0000001', 1),
    ]) {
      await expect(ask()).rejects.toThrow(StoreUnavailable);
    }
  });

  test('several processes may open a new journal at once', async () => {
    await using subject = await open();
    await using resources = new AsyncDisposableStack();
    const writers = Array.from({ length: 3 }, () => resources.use(run(writer, subject.env)));
    await Promise.all(writers.map((process) => process.says(/done \S+\n/)));
  });

  test('what a process reported as written is there after it was killed', async () => {
    await using subject = await open();
    for (let round = 0; round < 3; round += 1) {
      await using process = run(writer, subject.env);
      await process.says(/written 40\n/);
      process.child.kill('SIGKILL');
      await process.exit;
      const journal = await subject.open();
      const said = [...process.output.stdout.matchAll(/^(begun|reserved|done) (\S+)$/gm)];
      expect(said.length).toBeGreaterThan(100);
      for (const [, what, reference = ''] of said) {
        const operation = await journal.find(caller, reference);
        expect(operation).toMatchObject({ reference });
        if (what !== 'begun') {
          expect(operation?.sendBy).toBeInstanceOf(Date);
        }
        if (what === 'done') {
          expect(operation?.state).toBe('DONE');
        }
      }
      // The operations that the killed process left behind keep no other operation waiting.
      await lent(journal, loanOf('P0000001'));
    }
  });
}

const writer = 'test/contract/journal/writer/main.ts';
