/**
 * How urgent a request is, and every call that it makes: the most urgent class first. A request has one class from the
 * gateway's socket to the legacy system's socket (decision 34). Wherever something is scarce, requests queue by class, and a
 * flood in one class never takes what is left for a class above it.
 */
export const callClasses = [
  /** Lending, returning and renewing, for which somebody stands at a desk or a station. */
  'lending',
  /** What readers read and change of their own, and what a station or a desk asks about one reader or one copy. */
  'reader',
  /** What staff list of the whole library and decide later, and what partners ask. */
  'staff',
  /** Everything of callers without a token, and searches of the catalogue, whoever makes them. */
  'anonymous',
  /** Work that nobody waits for, such as reconciling operations. No request has this class. */
  'background',
] as const;
export type CallClass = (typeof callClasses)[number];

/** Makes one value for each class at once, and returns the function that looks it up. */
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

/** A port with a view for each class: calls through the view are made in that class. The port itself is `lending`. */
export interface ByClass<Port> {
  forClass(callClass: CallClass): Port;
}

/**
 * The share of all places that a class and all classes below it may take together. The rest is always free for the classes
 * above: of eight connections, two are for `lending` alone, two more for `lending` and `reader` alone, and so on. Of a queue
 * it is the share that the class alone may fill.
 */
const shares: Readonly<Record<CallClass, number>> = {
  lending: 1,
  reader: 3 / 4,
  staff: 1 / 2,
  anonymous: 3 / 8,
  background: 1 / 4,
};

/** The share of a class in whole places, rounded down; at least one, unless there are none at all. */
export function shareOf(places: number, callClass: CallClass): number {
  return places === 0 ? 0 : Math.max(1, Math.floor(places * shares[callClass]));
}

/** 0 is the most urgent. */
export const rankOf: Readonly<Record<CallClass, number>> = {
  lending: 0,
  reader: 1,
  staff: 2,
  anonymous: 3,
  background: 4,
};
