import { requireFound } from '../../rows.ts';
import type { ApplicationTables, ReceivedRow } from '../../tables.ts';
import type { JournalStatements } from '../statements.ts';

/** Received applications in PostgreSQL. An advisory lock per document makes concurrent ones take places one after another. */
export function applicationsIn({ write: ask, transact }: JournalStatements): ApplicationTables {
  const oneOf = async (statement: 'applicationOfOperation', values: readonly string[]) =>
    (await ask<ReceivedRow>(statement, [...values]))[0];
  return {
    async receiveApplication({ operationId, documentKey, documentEncrypted, applicationEncrypted }, maxSent) {
      return await transact('receiveApplication', function* (transaction) {
        transaction.lockKeys([documentKey]);
        const values = [operationId, documentKey, documentEncrypted, applicationEncrypted, maxSent];
        transaction.ask('receiveApplication', values);
        const [row] = yield* transaction.last<ReceivedRow>('applicationOfOperation', [operationId]);
        return requireFound(row).state === 'WAITING' ? 'WAITING' : 'SENT';
      });
    },
    applicationOfOperation: (operationId) => oneOf('applicationOfOperation', [operationId]),
    applicationsOfDocuments: async (documentKeys) =>
      await ask<ReceivedRow>('applicationsOfDocuments', [documentKeys]),
    async applicationSent(operationId, applicationId) {
      await ask('applicationSent', [operationId, applicationId]);
    },
    async closeApplications(operationIds) {
      await ask('closeApplications', [operationIds]);
    },
    waitingDocuments: async (after, maxRows) =>
      await ask<Pick<ReceivedRow, 'documentKey' | 'documentEncrypted'>>('waitingDocuments', [
        after ?? '',
        maxRows,
      ]),
    async admitWaiting(documentKey, maxSent) {
      await transact('admitWaiting', function* (transaction) {
        transaction.lockKeys([documentKey]);
        yield* transaction.last('admitWaiting', [documentKey, maxSent]);
      });
    },
    applicationsToSend: async (maxRows) => await ask<ReceivedRow>('applicationsToSend', [maxRows]),
    removeApplications: async (closedKeptMs, keptMs, maxRows) =>
      (await ask('removeApplications', [closedKeptMs, keptMs, maxRows])).length,
  };
}
