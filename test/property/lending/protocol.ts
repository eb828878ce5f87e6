/**
 * The lending protocol of decision 0008, reduced to the parts that keep a check-out from exceeding the limit or from
 * keeping a place forever. A test can switch off each part. The exploration must then find a violation.
 */
export interface Protocol {
  /** The order in which a patron's epoch, cards and loans are read. */
  readonly reads: readonly Read[];
  /** Whether a check-out counts the check-outs that were settled as done since the epoch. */
  readonly countsDoneSince: boolean;
  /** Whether a check-out counts the unsettled check-outs. */
  readonly countsUnsettled: boolean;
  /**
   * Whether a check-out reads again if another check-out has reserved a place since the epoch. The other check-out may
   * have a newer reading.
   */
  readonly yieldsToNewer: boolean;
  /** Whether the sender compares the time with `sendBy` right before it sends the request. */
  readonly looksAtSendBy: boolean;
  /**
   * Whether an operation that circulation doesn't know is refused only when none of its requests can be in progress any
   * more.
   */
  readonly waitsUntilOver: boolean;
  /**
   * Whether a reconciler checks, right before it refuses an operation without a place, that the operation still has no
   * place.
   */
  readonly refusesAsSeen: boolean;
  /**
   * Whether a refusal is accepted only if circulation has no event of the operation. A request may be delivered twice:
   * the first delivery then makes the change, and the second one is refused.
   */
  readonly confirmsRefusals: boolean;
}

export type Read = 'epoch' | 'cards' | 'loans';

/** The protocol of the product. */
export const protocol: Protocol = {
  reads: ['epoch', 'cards', 'loans'],
  countsDoneSince: true,
  countsUnsettled: true,
  yieldsToNewer: true,
  looksAtSendBy: true,
  waitsUntilOver: true,
  refusesAsSeen: true,
  confirmsRefusals: true,
};

/** Protocols that lack one part each. The exploration must find a violation in each of them. */
export const broken: Readonly<Record<string, Protocol>> = {
  'cards read before the epoch': { ...protocol, reads: ['cards', 'epoch', 'loans'] },
  'loans read before the epoch': { ...protocol, reads: ['cards', 'loans', 'epoch'] },
  'no epoch': { ...protocol, countsDoneSince: false },
  'unsettled ones not counted': { ...protocol, countsUnsettled: false },
  'an older reading reserves after a newer one': { ...protocol, yieldsToNewer: false },
  'no check of send-by': { ...protocol, looksAtSendBy: false },
  'concluded too early': { ...protocol, waitsUntilOver: false },
  'a refusal taken as final': { ...protocol, confirmsRefusals: false },
  'refused though it has got a place since': { ...protocol, refusesAsSeen: false },
};
