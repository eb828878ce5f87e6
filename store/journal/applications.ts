import type { Encryption } from '../encryption/encryption.ts';
import { checkCount, checkTexts, jsonText } from './argument-limits.ts';
import { decryptJson, encryptJson } from './encrypted-rows.ts';
import type { ReceivedApplication, ReceivedApplications } from './port.ts';
import { requireFound, type StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/** A row of `received_applications`. */
interface ReceivedRow {
  readonly operationId: string;
  /** A keyed digest of the document's number. */
  readonly documentKey: string;
  readonly documentEncrypted: string;
  readonly state: ReceivedApplication['state'];
  readonly applicationId: string | null;
  /** The JSON of an encrypted text. */
  readonly applicationEncrypted: string | null;
  readonly receivedAt: StoredTime;
}

/** Creates the methods for received applications. Documents and applications are stored encrypted. */
export function applicationsOf(sql: JournalSql, encryption: Encryption): ReceivedApplications {
  return { ...receivingOf(sql, encryption), ...waitingOf(sql, encryption) };
}

const keyOf = (encryption: Encryption, document: string): string => encryption.digest('document', document);

const applicationOf = (encryption: Encryption, row: ReceivedRow): ReceivedApplication => ({
  operationId: row.operationId,
  document: encryption.decrypt(row.documentEncrypted),
  state: row.state,
  applicationId: row.applicationId,
  application:
    row.applicationEncrypted === null ? null : decryptJson(encryption, JSON.parse(row.applicationEncrypted)),
  receivedAt: new Date(row.receivedAt),
});

type Receiving = 'receiveApplication' | 'applicationOfOperation' | 'applicationSent' | 'closeApplications';

function receivingOf(sql: JournalSql, encryption: Encryption): Pick<ReceivedApplications, Receiving> {
  return {
    async receiveApplication({ operationId, document, application }, maxSent) {
      checkTexts({ id: operationId, document });
      checkCount('applications', maxSent);
      const documentKey = keyOf(encryption, document);
      const encrypted = encryptJson(encryption, jsonText('application', application));
      const values = [documentKey, operationId, encryption.encrypt(document), encrypted, maxSent];
      return await sql.transact('receiveApplication', function* ({ lockKeys, ask, last }) {
        // The lock makes concurrent applications with one document wait for each other, so that `maxSent` holds.
        lockKeys([documentKey]);
        ask('receiveApplication', values);
        const [row] = yield* last<ReceivedRow>('applicationOfOperation', [operationId]);
        return requireFound(row).state === 'WAITING' ? 'WAITING' : 'SENT';
      });
    },
    async applicationOfOperation(operationId) {
      checkTexts({ id: operationId });
      const [row] = await sql.read<ReceivedRow>('applicationOfOperation', [operationId]);
      return row === undefined ? null : applicationOf(encryption, row);
    },
    async applicationSent(operationId, applicationId) {
      checkTexts({ id: operationId, applicationId });
      await sql.write('applicationSent', [operationId, applicationId]);
    },
    async closeApplications(operationIds) {
      if (operationIds.length === 0) {
        return;
      }
      checkCount('applications', operationIds.length);
      await sql.write('closeApplications', [operationIds]);
    },
  };
}

function waitingOf(sql: JournalSql, encryption: Encryption): Omit<ReceivedApplications, Receiving> {
  return {
    async applicationsOfDocuments(documents) {
      if (documents.length === 0) {
        return [];
      }
      checkCount('applications', documents.length);
      for (const document of documents) {
        checkTexts({ document });
      }
      const keys = documents.map((document) => keyOf(encryption, document));
      const rows = await sql.read<ReceivedRow>('applicationsOfDocuments', [[...new Set(keys)]]);
      const rowsByKey = Map.groupBy(rows, ({ documentKey }) => documentKey);
      return keys.map((key) => (rowsByKey.get(key) ?? []).map((row) => applicationOf(encryption, row)));
    },
    async waitingDocuments(after, maxItems) {
      checkCount('applications', maxItems);
      const rows = await sql.read<Pick<ReceivedRow, 'documentKey' | 'documentEncrypted'>>(
        'waitingDocuments',
        [after ?? '', maxItems],
      );
      return rows.map(({ documentKey, documentEncrypted }) => ({
        position: documentKey,
        document: encryption.decrypt(documentEncrypted),
      }));
    },
    async admitWaiting(document, maxSent) {
      checkTexts({ document });
      checkCount('applications', maxSent);
      const documentKey = keyOf(encryption, document);
      await sql.transact('admitWaiting', function* ({ lockKeys, last }) {
        lockKeys([documentKey]);
        yield* last('admitWaiting', [documentKey, maxSent]);
      });
    },
    async applicationsToSend(maxItems) {
      checkCount('applications', maxItems);
      const rows = await sql.read<ReceivedRow>('applicationsToSend', [maxItems]);
      return rows.map((row) => applicationOf(encryption, row));
    },
  };
}
