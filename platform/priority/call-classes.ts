/**
 * The urgency of a request and of every call that it makes. The most urgent class is first. A request has one class
 * from the gateway's socket to the legacy system's socket (decision 34). Wherever a resource is scarce, requests queue
 * by class. A flood in one class never takes the resources that are kept for a class above it.
 */
export const callClasses = [
  /** Lending, returning and renewing: somebody stands at a desk or a station. */
  'lending',
  /** Queries and changes by readers for themselves, or by a station or a desk for one reader or one copy. */
  'reader',
  /**
   * Lists of the whole library, and changes by staff that nobody at a desk waits for. Also questions of partners, and
   * requests of the sign-in page.
   */
  'staff',
  /** All requests of callers without a token, and all searches of the catalogue. */
  'anonymous',
  /** Work that nobody waits for, such as reconciling operations. No client's request has this class. */
  'background',
  /** Events of subscriptions. An open stream takes no slot in a bulkhead: only the requests for each event do. */
  'live',
] as const;
export type CallClass = (typeof callClasses)[number];

/** Makes the values for all classes immediately, and returns a function that looks up the value for one class. */
export function perClass<Value>(make: (callClass: CallClass) => Value): (callClass: CallClass) => Value {
  const values = new Map(callClasses.map((callClass) => [callClass, make(callClass)]));
  return (callClass) => {
    const value = values.get(callClass);
    if (value === undefined) {
      throw new TypeError(`${callClass} is not a class of calls`);
    }
    return value;
  };
}

/**
 * A port whose calls have a call class. Calls through the result of `forClass` have that class. Calls through the port
 * itself have the class `lending`.
 */
export interface ByClass<Port> {
  forClass(callClass: CallClass): Port;
}

/**
 * The share of all slots, such as connections, that a class and all classes below it may take together. The rest is
 * always free for the classes above. Of eight connections, two are only for `lending`, and two more only for `lending`
 * and `reader`. In a queue, the share is for the class alone.
 */
const shares: Readonly<Record<CallClass, number>> = {
  lending: 1,
  reader: 3 / 4,
  staff: 1 / 2,
  anonymous: 3 / 8,
  background: 1 / 4,
  live: 1 / 8,
};

/**
 * The share of a class in whole slots, rounded down. It is at least one, unless there are no slots. No slot is kept
 * for classes above `highest`, the most urgent class of the calls.
 *
 * @example shareOf(8, 'staff') // 4
 * @example shareOf(8, 'staff', 'reader') // 5: two thirds, because readers may take all slots
 */
export function shareOf(slots: number, callClass: CallClass, highest: CallClass = 'lending'): number {
  const share = Math.min(1, shares[callClass] / shares[highest]);
  return slots === 0 ? 0 : Math.max(1, Math.floor(slots * share));
}

/** The rank of each class. 0 is the most urgent. */
export const rankOf: Readonly<Record<CallClass, number>> = {
  lending: 0,
  reader: 1,
  staff: 2,
  anonymous: 3,
  background: 4,
  live: 5,
};
