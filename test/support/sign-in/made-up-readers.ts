import { createHash } from 'node:crypto';
import {
  type AgeBand,
  GraphUnavailable,
  type Presented,
  type ReaderGraph,
} from '../../../edge/sign-in/graph.ts';

/** Made-up readers, for tests without the real graph. */
export interface MadeUpReaders extends ReaderGraph {
  /** Whether a patron is in good standing, by patron number. */
  readonly standings: Map<string, boolean>;
  /** The time since which a reader has to sign in again, in ms since 1970, by patron number. */
  readonly signInAgainSince: Map<string, number>;
  /**
   * The time of the only sign-in that stays valid in spite of `signInAgainSince`, in ms since 1970, by patron number.
   */
  readonly exceptSignInId: Map<string, string>;
  /** Age groups by patron number. A patron without an entry has no date of birth in the registry. */
  readonly ageBands: Map<string, AgeBand>;
  /** PINs by library card number. */
  readonly pins: Map<string, string>;
  /** One-time codes from the counter, by library card number. */
  readonly codes: Map<string, string>;
  /** The library card number and the address of each sign-in and each new PIN. */
  readonly presented: (Presented & { readonly knownBrowser?: boolean })[];
  /** Whether the graph answers. */
  isUp: boolean;
  /** The number of requests for a standing. */
  standingsAsked: number;
}

export const cards = { siuMing: '21852000000033', other: '21852000000041', withoutPin: '21852000000058' };
const patrons: Readonly<Record<string, string>> = {
  [cards.siuMing]: 'P0000001',
  [cards.other]: 'P0000002',
  [cards.withoutPin]: 'P0000003',
};

/** The number of wrong PINs that lock a card. */
const maxWrong = 3;

export function madeUpReaders(): MadeUpReaders {
  const wrong = new Map<string, number>();
  const graph: MadeUpReaders = {
    standings: new Map(Object.values(patrons).map((patronId) => [patronId, true])),
    signInAgainSince: new Map(),
    exceptSignInId: new Map(),
    ageBands: new Map([['P0000001', 'FROM_11_TO_17']]),
    pins: new Map([
      [cards.siuMing, '1234'],
      [cards.other, '1234'],
    ]),
    codes: new Map([[cards.withoutPin, '48217350']]),
    presented: [],
    isUp: true,
    standingsAsked: 0,
    async authenticate({ libraryCardNumber: number, pin, ...presented }) {
      requireUp();
      graph.presented.push({ libraryCardNumber: number, ...presented });
      const tries = wrong.get(number) ?? 0;
      if (tries >= maxWrong || pin !== graph.pins.get(number)) {
        wrong.set(number, tries + 1);
        return null;
      }
      return patrons[number] ?? null;
    },
    async setPin({ libraryCardNumber: number, code, newPin, ...presented }) {
      requireUp();
      graph.presented.push({ libraryCardNumber: number, ...presented });
      if (!/^\d{4,8}$/.test(newPin)) {
        return { kind: 'problems', problems: [{ message: 'A PIN has 4 to 8 digits.' }] };
      }
      const patronId = patrons[number];
      if (patronId === undefined || graph.codes.get(number) !== code) {
        return { kind: 'refused' };
      }
      graph.pins.set(number, newPin);
      return { kind: 'set', patronId };
    },
    async standing(patronId, partner, asksAge = false) {
      requireUp();
      graph.standingsAsked += 1;
      const pseudonym = createHash('sha256').update(`${partner} ${patronId}`).digest('base64url');
      const signInAgainSince = graph.signInAgainSince.get(patronId) ?? null;
      const exceptSignInId = graph.exceptSignInId.get(patronId) ?? null;
      const inGoodStanding = graph.standings.get(patronId) ?? false;
      const ageBand = asksAge ? (graph.ageBands.get(patronId) ?? null) : null;
      return { pseudonym, inGoodStanding, signInAgainSince, exceptSignInId, ageBand };
    },
  };
  const requireUp = () => {
    if (!graph.isUp) {
      throw new GraphUnavailable('made up');
    }
  };
  return graph;
}
