/**
 * The lending protocol of decision 0008, reduced to what decides whether a check-out can exceed the limit or strand a
 * place. Each member can be switched off, to show that the exploration finds what breaks then.
 */
export interface Protocol {
  /** The order in which a patron's epoch, cards and loans are read. */
  readonly reads: readonly Read[];
  /** Whether check-outs that were settled as done since the epoch are counted. */
  readonly countsDoneSince: boolean;
  /** Whether unsettled check-outs are counted. */
  readonly countsUnsettled: boolean;
  /** Whether it reads again where another check-out, whose reading may be newer, has reserved a place since the epoch. */
  readonly yieldsToNewer: boolean;
  /** Whether the sender compares the time with `sendBy` right before the request leaves. */
  readonly looksAtSendBy: boolean;
  /** Whether "circulation knows nothing of it" is taken as not done only when no request can be under way any more. */
  readonly waitsUntilOver: boolean;
  /** Whether a reconciler that saw an operation without a place refuses it only if it still has none. */
  readonly refusesAsSeen: boolean;
  /** Whether a refusal, which may answer a second delivery, is believed only where circulation has no event of it. */
  readonly confirmsRefusals: boolean;
}

export type Read = 'epoch' | 'cards' | 'loans';

/** The protocol as it is. */
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

/** Protocols with one thing left out; the exploration must find a violation in each. */
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
