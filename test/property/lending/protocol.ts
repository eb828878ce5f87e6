/** What a check-out does, as far as its order and its care decide whether it can overrun or strand a place. */
export interface Protocol {
  /** In what order a patron's epoch, cards and loans are read. */
  readonly reads: readonly Read[];
  /** Whether those settled as done since the epoch are counted. */
  readonly countsDoneSince: boolean;
  readonly countsUnsettled: boolean;
  /** Whether a reservation made since the epoch, by someone whose reading may be the newer one, has it read again. */
  readonly yieldsToNewer: boolean;
  /** Whether the sender looks at the time as the request is about to leave. */
  readonly looksAtSendBy: boolean;
  /** Whether circulation's not knowing of it is taken for not done only once nothing of it can be under way. */
  readonly waitsUntilOver: boolean;
  /** Whether a settler that has seen no place refuses only an operation that still has none. */
  readonly refusesAsSeen: boolean;
  /** Whether a refusal, which may be the answer to a second delivery, is believed only where circulation shows nothing. */
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

/** One thing left out of it each: all of them must be found out. */
export const broken: Readonly<Record<string, Protocol>> = {
  'cards read before the epoch': { ...protocol, reads: ['cards', 'epoch', 'loans'] },
  'loans read before the epoch': { ...protocol, reads: ['cards', 'loans', 'epoch'] },
  'no epoch': { ...protocol, countsDoneSince: false },
  'unsettled ones not counted': { ...protocol, countsUnsettled: false },
  'an older reading reserves after a newer one': { ...protocol, yieldsToNewer: false },
  'no look at send-by': { ...protocol, looksAtSendBy: false },
  'concluded too early': { ...protocol, waitsUntilOver: false },
  'a refusal taken as final': { ...protocol, confirmsRefusals: false },
  'refused though it has got a place since': { ...protocol, refusesAsSeen: false },
};
