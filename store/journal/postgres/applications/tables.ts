import { requireFound } from '../../rows.ts';
import type { ApplicationTables, ReceivedRow } from '../../tables.ts';
import type { JournalStatements } from '../statements.ts';

/** Received applications in PostgreSQL. An advisory lock per document makes concurrent ones take places one after another. */
export function applicationsIn({ ask, transact }: JournalStatements): ApplicationTables {
  const oneOf = async (statement: 'applicationOfOperation', values: readonly string[]) =>
    (await ask<ReceivedRow>(statement, [...values])).rows[0];
  return {
    async receiveApplication({ operationId, documentKey, documentEncrypted, applicationEncrypted }, maxSent) {
      return await transact(async (transaction) => {
        const [, , { rows }] = await Promise.all([
          transaction.ask('lockKeys', [[documentKey]]),
          transaction.ask('receiveApplication', [
            operationId,
            documentKey,
            documentEncrypted,
            applicationEncrypted,
            maxSent,
          ]),
          transaction.last<ReceivedRow>('applicationOfOperation', [operationId]),
        ]);
        return requireFound(rows[0]).state === 'WAITING' ? 'WAITING' : 'SENT';
      });
    },
    applicationOfOperation: (operationId) => oneOf('applicationOfOperation', [operationId]),
    applicationsOfDocuments: async (documentKeys) =>
      (await ask<ReceivedRow>('applicationsOfDocuments', [documentKeys])).rows,
    async applicationSent(operationId, applicationId) {
      await ask('applicationSent', [operationId, applicationId]);
    },
    async closeApplications(operationIds) {
      await ask('closeApplications', [operationIds]);
    },
    waitingDocuments: async (after, maxRows) =>
      (
        await ask<Pick<ReceivedRow, 'documentKey' | 'documentEncrypted'>>('waitingDocuments', [
          after ?? '',
          maxRows,
        ])
      ).rows,
    async admitWaiting(documentKey, maxSent) {
      await transact(async (transaction) => {
        await Promise.all([
          transaction.ask('lockKeys', [[documentKey]]),
          transaction.last('admitWaiting', [documentKey, maxSent]),
        ]);
      });
    },
    applicationsToSend: async (maxRows) => (await ask<ReceivedRow>('applicationsToSend', [maxRows])).rows,
    removeApplications: async (closedKeptMs, keptMs, maxRows) =>
      (await ask('removeApplications', [closedKeptMs, keptMs, maxRows])).count,
  };
}
