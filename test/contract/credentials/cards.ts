import type { CardManagement, Credential, NewCredential } from '../../../adapters/credentials/port.ts';
import { anySignal } from '../port-under-test.ts';

/**
 * `library` and `smart` are cards of one patron, both in use. `lostSmart` is a lost smart identity card of another
 * patron, who wants its replacement to continue the library use (`CONTINUE`).
 */
export const library = '21852000000017';
export const smart = '21852000000025';
export const lostSmart = '21852000000116';
export const unknown = '21852999999990';

export const smartFor = (patronId: string, identityNumber = 'Z683365(A)'): NewCredential => ({
  patronId,
  kind: 'SMART_ID',
  identityNumber,
  dateOfIssue: '2024-01-02',
});
export const libraryFor = (patronId: string): NewCredential => ({ patronId, kind: 'LIBRARY_CARD' });

export async function cardOf(port: CardManagement, number: string): Promise<Credential | null> {
  const [card] = await port.cardsByNumber([number], anySignal());
  return card ?? null;
}
