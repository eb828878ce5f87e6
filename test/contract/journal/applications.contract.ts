import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ReceivedApplications } from '../../../store/journal/port.ts';
import type { JournalOpening } from './journal-under-test.ts';

const document = 'A123456(3)';
const application = { wants: ['LIBRARY_CARD'], englishName: 'NG, WAI' };
const dayMs = 86_400_000;

/** An id in the form of an operation's id. */
const newId = () => randomBytes(11).toString('hex');

/** Receives an application for a document. The document has three slots. */
async function receive(journal: ReceivedApplications, operationId = newId(), of = document) {
  const state = await journal.receiveApplication({ operationId, document: of, application }, 3);
  return { operationId, state };
}

export function receivedApplicationsContract(open: JournalOpening): void {
  test('take three slots of their document, and wait after that', async () => {
    await using subject = await open();
    const { journal } = subject;
    const states = [];
    for (let at = 1; at <= 5; at += 1) {
      states.push((await receive(journal)).state);
    }
    expect(states).toEqual(['SENT', 'SENT', 'SENT', 'WAITING', 'WAITING']);
    expect((await receive(await subject.open(), newId(), 'B765432(1)')).state).toBe('SENT');
  });

  test('that arrive at once take no more slots than there are', async () => {
    await using subject = await open();
    const journals = [subject.journal, await subject.open()];
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, at) => receive(journals[at % 2] ?? subject.journal)),
    );
    expect(all.filter(({ state }) => state === 'SENT')).toHaveLength(3);
  });

  test('get the same answer again', async () => {
    await using subject = await open();
    const { journal } = subject;
    const first = await receive(journal);
    const others = [await receive(journal), await receive(journal), await receive(journal)];
    expect(await receive(journal, first.operationId)).toEqual(first);
    const last = others.at(-1) ?? first;
    expect(last.state).toBe('WAITING');
    await journal.applicationSent(first.operationId, 'A0000001');
    await journal.closeApplications([first.operationId]);
    expect(await receive(journal, first.operationId)).toEqual(first);
    expect(await receive(journal, last.operationId)).toEqual(last);
  });

  test('are known by their document and by their operation, with what they hold as long as it waits', async () => {
    await using subject = await open();
    const { journal } = subject;
    const next = async () => {
      await subject.pass(1);
      return await receive(journal);
    };
    const [one, two, three, four] = [await next(), await next(), await next(), await next()];
    await journal.applicationSent(one.operationId, 'A0000001');
    await journal.closeApplications([two.operationId]);
    const [found, none] = await (await subject.open()).applicationsOfDocuments([document, 'B765432(1)']);
    expect(none).toEqual([]);
    expect(found).toEqual([
      {
        operationId: one.operationId,
        document,
        state: 'SENT',
        applicationId: 'A0000001',
        application: null,
        receivedAt: expect.any(Date),
      },
      expect.objectContaining({ operationId: three.operationId, applicationId: null, application: null }),
      expect.objectContaining({ operationId: four.operationId, state: 'WAITING', application }),
    ]);
    expect(await journal.applicationOfOperation(two.operationId)).toMatchObject({ state: 'CLOSED' });
    expect(await journal.applicationOfOperation(newId())).toBeNull();
    expect(await journal.applicationsOfDocuments([])).toEqual([]);
  });

  test('that have waited longest get the slots that are free, and are sent once', async () => {
    await using subject = await open();
    const { journal } = subject;
    const all = [];
    for (let at = 0; at < 6; at += 1) {
      all.push(await receive(journal));
      await subject.pass(1000);
    }
    const ids = all.map(({ operationId }) => operationId);
    await journal.admitWaiting(document, 3);
    expect(await journal.applicationsToSend(100)).toEqual([]);
    await journal.closeApplications(ids.slice(0, 2));
    await Promise.all([journal.admitWaiting(document, 3), (await subject.open()).admitWaiting(document, 3)]);
    const toSend = await journal.applicationsToSend(100);
    expect(toSend.map(({ operationId }) => operationId)).toEqual(ids.slice(3, 5));
    expect(toSend[0]).toMatchObject({ document, state: 'SENT', applicationId: null, application });
    await journal.applicationSent(ids[3] ?? '', 'A0000004');
    expect(await journal.applicationsToSend(100)).toHaveLength(1);
    expect(await journal.applicationOfOperation(ids[5] ?? '')).toMatchObject({ state: 'WAITING' });
  });

  test('that wait are found by their documents, a page at a time', async () => {
    await using subject = await open();
    const { journal } = subject;
    const documents = ['A1', 'B2', 'C3'];
    for (const of of documents) {
      for (let at = 1; at <= 5; at += 1) {
        await receive(journal, newId(), of);
      }
    }
    await receive(journal, newId(), 'D4');
    const found = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof journal.waitingDocuments>> = await journal.waitingDocuments(
        after,
        2,
      );
      found.push(...page.map((one) => one.document));
      after = page.at(-1)?.position ?? null;
      if (page.length < 2) {
        break;
      }
    }
    expect(found.sort()).toEqual(documents);
  });

  test('are forgotten 30 days after they came if they are closed, and 100 days after in any case', async () => {
    await using subject = await open();
    const { journal } = subject;
    const [closed, sent] = [await receive(journal), await receive(journal)];
    await journal.closeApplications([closed.operationId]);
    await subject.pass(30 * dayMs + 1000);
    await journal.removeExpired();
    expect(await journal.applicationOfOperation(closed.operationId)).toBeNull();
    expect(await journal.applicationOfOperation(sent.operationId)).not.toBeNull();
    await subject.pass(70 * dayMs);
    await journal.removeExpired();
    expect(await journal.applicationOfOperation(sent.operationId)).toBeNull();
  });
}
