import { newOperationId, operationCode } from '../../../store/journal/operation-id.ts';
import type { Attempts, Journal, NewOperation, Operation, PatronPlace } from '../../../store/journal/port.ts';

/** A journal that stores nothing, to measure lending without a journal. It keeps none of the port's promises. */
export function noJournal(): Journal & Attempts {
  const operations = new Map<string, Operation>();
  const changed = (id: string, changes: Partial<Operation>): Operation => {
    const operation = operations.get(id);
    if (operation === undefined) {
      throw new Error('it is not under way');
    }
    const now = { ...operation, ...changes };
    if (now.state === 'UNSETTLED') {
      operations.set(id, now);
    } else {
      operations.delete(id);
    }
    return now;
  };
  const begun = ({ caller, reference, kind, fingerprint, details }: NewOperation): Operation => {
    const id = newOperationId();
    return {
      caller,
      reference,
      kind,
      fingerprint,
      details,
      id,
      code: operationCode(id),
      state: 'UNSETTLED',
      requestedAt: new Date(),
      settledAt: null,
      sendBy: null,
      certainAt: null,
      certainAfterMs: null,
      patronId: null,
      place: null,
      holdsPlace: false,
      result: null,
    };
  };
  const none = { unsettled: [], doneSince: [], uncertain: [] };
  return {
    lastSendNumber: async () => ({ number: 0n, source: '' }),
    async begin(asked) {
      const operation = begun(asked);
      operations.set(operation.id, operation);
      return { operation, isNew: true };
    },
    find: async () => null,
    findByCode: async () => [],
    findByReference: async () => [],
    operationsOfPatron: async () => [],
    countOperationsOfPatron: async () => 0,
    operationsOfCaller: async () => [],
    unsettledOperations: async () => [],
    countUnsettledOperations: async () => 0,
    attempt: async () => ({ id: newOperationId() }),
    count: async () => 0,
    forgive: async () => {},
    forgiveKey: async () => {},
    forgiveAbout: async () => {},
    findById: async (id) => operations.get(id) ?? null,
    placesNow: async () => ({ epoch: 0n, holders: [], mergedFrom: [], mergedInto: null }),
    async reserve(id, { patronId, kind, libraryCardNumber, subject }, decide) {
      const refusal = decide(none);
      if (refusal !== null) {
        return { kind: 'refused', refusal };
      }
      const place: PatronPlace = { operationId: id, patronId, kind, libraryCardNumber, subject };
      return { kind: 'reserved', operation: changed(id, { place, sendBy: new Date() }) };
    },
    placesSince: async () => none,
    releasePlace: async () => {},
    recentPlaces: async (patronIds) => patronIds.map(() => none),
    async settle(id, { state, result }) {
      return { operation: changed(id, { state, result, settledAt: new Date() }), overturnsRefusal: false };
    },
    saveDetails: async () => undefined,
    allowSending: async () => true,
    lock: async () => null,
    isLocked: async () => false,
    reconcileAgain: async () => undefined,
    takeDue: async () => [],
    now: async () => new Date(),
    agreeOnDropTime: async (ms) => ms,
    removeExpired: async () => 0,
    async [Symbol.asyncDispose]() {},
  };
}
