import type { Encryption } from '../encryption/encryption.ts';
import { checkCount, checkText, jsonText } from './argument-limits.ts';
import { decryptJson, encryptJson } from './encryption/encrypted-rows.ts';
import type { ReceivedApplication, ReceivedApplications } from './port.ts';
import type { ApplicationTables, ReceivedRow } from './tables.ts';

/** The received applications, over the tables of either database. Documents and applications are encrypted. */
export function applicationsOf(tables: ApplicationTables, encryption: Encryption): ReceivedApplications {
  const keyOf = (document: string): string => encryption.digest('document', document);
  const received = ({
    documentEncrypted,
    applicationEncrypted,
    ...row
  }: ReceivedRow): ReceivedApplication => ({
    operationId: row.operationId,
    document: encryption.decrypt(documentEncrypted),
    state: row.state,
    applicationId: row.applicationId,
    application:
      applicationEncrypted === null ? null : decryptJson(encryption, JSON.parse(applicationEncrypted)),
    receivedAt: row.receivedAt,
  });
  return {
    async receiveApplication({ operationId, document, application }, maxSent) {
      checkText('id', operationId);
      checkText('document', document);
      checkCount('applications', maxSent);
      return await tables.receiveApplication(
        {
          operationId,
          documentKey: keyOf(document),
          documentEncrypted: encryption.encrypt(document),
          applicationEncrypted: encryptJson(encryption, jsonText('application', application)),
        },
        maxSent,
      );
    },
    async applicationOfOperation(operationId) {
      checkText('id', operationId);
      const row = await tables.applicationOfOperation(operationId);
      return row === undefined ? null : received(row);
    },
    async applicationsOfDocuments(documents) {
      if (documents.length === 0) {
        return [];
      }
      checkCount('applications', documents.length);
      for (const document of documents) {
        checkText('document', document);
      }
      const keys = documents.map(keyOf);
      const rows = await tables.applicationsOfDocuments([...new Set(keys)]);
      return keys.map((key) => rows.filter(({ documentKey }) => documentKey === key).map(received));
    },
    async applicationSent(operationId, applicationId) {
      checkText('id', operationId);
      checkText('applicationId', applicationId);
      await tables.applicationSent(operationId, applicationId);
    },
    async closeApplications(operationIds) {
      if (operationIds.length === 0) {
        return;
      }
      checkCount('applications', operationIds.length);
      await tables.closeApplications(operationIds);
    },
    async waitingDocuments(after, maxItems) {
      checkCount('applications', maxItems);
      const rows = await tables.waitingDocuments(after, maxItems);
      return rows.map(({ documentKey, documentEncrypted }) => ({
        position: documentKey,
        document: encryption.decrypt(documentEncrypted),
      }));
    },
    async admitWaiting(document, maxSent) {
      checkText('document', document);
      checkCount('applications', maxSent);
      await tables.admitWaiting(keyOf(document), maxSent);
    },
    async applicationsToSend(maxItems) {
      checkCount('applications', maxItems);
      return (await tables.applicationsToSend(maxItems)).map(received);
    },
  };
}
