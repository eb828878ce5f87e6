/** Waiting applications are released even if one document or one application fails each time. */
import { expect, test, vi } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { ReceivedApplication } from '../../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import type { CredentialServices } from '../../../../subgraphs/credentials/procedures/services.ts';
import { startReleasing } from '../../../../subgraphs/credentials/received/release.ts';
import { submitted } from './rules/cases.ts';

const senseless = new UpstreamError('card management', 'invalid-response', 'dateOfBirth is not a date');
const away = new UpstreamError('card management', 'unreachable', 'refused');
const documents = ['A123456(3)', 'B123456(0)', 'C123456(7)'];

const toSend = (operationId: string): ReceivedApplication => ({
  operationId,
  document: documents[0] ?? '',
  state: 'SENT',
  applicationId: null,
  application: JSON.parse(JSON.stringify(submitted())),
  receivedAt: new Date(),
});

/**
 * Runs a round with three documents and two applications. The first document and the first application fail with
 * `failure`.
 */
async function oneRound(failure: Error) {
  const admitted: string[] = [];
  const sent: string[] = [];
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const received = {
    waitingDocuments: async () => documents.map((document, at) => ({ document, position: String(at) })),
    applicationsOfDocuments: async ([document]: string[]) => [
      [{ operationId: 'o', applicationId: `of ${document}` }],
    ],
    closeApplications: async () => undefined,
    admitWaiting: async (document: string) => {
      admitted.push(document);
    },
    applicationsToSend: async () => [toSend('first'), toSend('second')],
    applicationSent: async (operationId: string) => {
      sent.push(operationId);
    },
  };
  const cards = {
    applicationsById: async ([id]: string[]) => {
      if (id === `of ${documents[0]}`) {
        throw failure;
      }
      return [null];
    },
    submitApplication: async (operationId: string) => {
      if (operationId === 'first') {
        throw failure;
      }
      return { application: { id: 'A0000009' } };
    },
  };
  const services = { received, cards, log } as unknown as CredentialServices;
  const round = Promise.withResolvers<void>();
  const releasing = startReleasing(services, async (_, signal) => {
    round.resolve();
    await new Promise<void>((stop) => {
      signal.addEventListener('abort', () => stop());
    });
  });
  await round.promise;
  await releasing[Symbol.asyncDispose]();
  return { admitted, sent, log };
}

test('one document or application that fails keeps no other from its turn', async () => {
  const { admitted, sent, log } = await oneRound(senseless);
  expect(admitted).toEqual(documents.slice(1));
  expect(sent).toEqual(['second']);
  expect(log.warn).toHaveBeenCalledTimes(2);
});

test('where the journal is away, the round ends', async () => {
  const { admitted, sent, log } = await oneRound(new StoreUnavailable('away'));
  expect([admitted, sent]).toEqual([[], []]);
  expect(log.warn).toHaveBeenCalledTimes(1);
});

/** A page has 25 documents, so these fill two pages. */
const twoPages = Array.from({ length: 50 }, (_, at) => ({
  document: `document ${at}`,
  position: String(at).padStart(2, '0'),
}));

/** The positions after which four rounds looked for documents. `ask` decides how card management answers. */
async function positionsOfRounds(ask: (round: number, id: string | undefined) => void) {
  const positions: (string | null)[] = [];
  const received = {
    waitingDocuments: async (after: string | null, maxItems: number) => {
      positions.push(after);
      return twoPages.filter(({ position }) => after === null || position > after).slice(0, maxItems);
    },
    applicationsOfDocuments: async ([document]: string[]) => [
      [{ operationId: 'o', applicationId: `of ${document}` }],
    ],
    closeApplications: async () => undefined,
    admitWaiting: async () => undefined,
    applicationsToSend: async () => [],
  };
  const cards = {
    applicationsById: async ([id]: string[]) => {
      ask(positions.length, id);
      return [null];
    },
  };
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const services = { received, cards, log } as unknown as CredentialServices;
  const finished = Promise.withResolvers<void>();
  const releasing = startReleasing(services, async (_, signal) => {
    if (positions.length === 4) {
      finished.resolve();
      await new Promise<void>((stop) => {
        signal.addEventListener('abort', () => stop());
      });
    }
  });
  await finished.promise;
  await releasing[Symbol.asyncDispose]();
  return positions;
}

test('documents that were asked about while card management was away are asked about again', async () => {
  const positions = await positionsOfRounds((round) => {
    if (round === 2 || round === 3) {
      throw away;
    }
  });
  expect(positions).toEqual([null, '24', '24', '24']);
});

test('documents that card management cannot read, and one that it was too late for, keep no others from their turn', async () => {
  const unreadable = await positionsOfRounds(() => {
    throw senseless;
  });
  expect(unreadable).toEqual([null, '24', '49', null]);
  const lateForOne = await positionsOfRounds((_round, id) => {
    if (id === 'of document 3') {
      throw away;
    }
  });
  expect(lateForOne).toEqual([null, '24', '49', null]);
});
