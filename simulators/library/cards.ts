import type { SeedCard, SeedLossReport } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { cardNo, reportNo } from './numbers.ts';
import { type GeneratedPatron, IDENTITY_CARD_AGE_DAYS } from './patrons.ts';
import type { Random } from './random.ts';

/** Share of the patrons with an identity number who are enrolled with their smart identity card. */
const SMART_ID = 0.72;
/** Share of the patrons enrolled with a smart identity card who have no library card. */
const SMART_ID_ALONE = 0.08;
/** Share of smart identity cards that were reported lost and discontinued. */
const DISCONTINUED = 0.01;
/**
 * The share of patrons whose last library card is reported lost and not replaced yet. The same share of smart identity
 * cards is reported lost, including the discontinued ones (`DISCONTINUED`).
 */
const LOST = 0.02;
/** The maximum number of library cards that a patron had before the present one. */
const MAX_EARLIER_CARDS = 6;
/** The PIN of every card, as in `seed.json`. */
const PIN = '1234';

/** The number of cards to make, and the positions of the first card and the first loss report in their tables. */
interface CardsToMake {
  /** The number of cards of all patrons together. At least two per patron on average. */
  readonly count: number;
  readonly firstCard: number;
  readonly firstReport: number;
}

interface CardsAndReports {
  readonly cards: readonly SeedCard[];
  readonly lossReports: readonly SeedLossReport[];
}

/** The cards of one patron: their present kinds, and the number of earlier library cards. */
interface Plan {
  readonly library: boolean;
  readonly smart: boolean;
  earlier: number;
}

/**
 * Makes cards. Every patron has a library card, a smart identity card, or both. At most one of each kind is in use
 * (R7). Replaced library cards are added until there are enough.
 */
export function generateCards(
  patrons: readonly GeneratedPatron[],
  toMake: CardsToMake,
  calendar: Calendar,
  random: Random,
): CardsAndReports {
  const plans = patrons.map((patron) => planOf(patron, random));
  let missing =
    toMake.count - plans.reduce((total, { library, smart }) => total + Number(library) + Number(smart), 0);
  while (missing > 0) {
    const plan = random.pick(plans);
    if (plan.library && plan.earlier < MAX_EARLIER_CARDS) {
      plan.earlier += 1;
      missing -= 1;
    }
  }
  const maker = new CardMaker(toMake, calendar, random);
  patrons.forEach((patron, index) => {
    maker.make(patron, plans[index] ?? { library: true, smart: false, earlier: 0 });
  });
  return maker;
}

function planOf({ row }: GeneratedPatron, random: Random): Plan {
  const smart = row.hkid !== null && random.chance(SMART_ID);
  return { smart, library: !(smart && random.chance(SMART_ID_ALONE)), earlier: 0 };
}

type NewCard = Pick<SeedCard, 'type' | 'status'> & {
  readonly issuedDaysAgo: number;
  readonly closedDaysAgo?: number;
  readonly onReplacement?: SeedCard['onReplacement'];
};

class CardMaker implements CardsAndReports {
  readonly cards: SeedCard[] = [];
  readonly #reports: Omit<SeedLossReport, 'reportNo'>[] = [];
  readonly #toMake: CardsToMake;
  readonly #calendar: Calendar;
  readonly #random: Random;

  constructor(toMake: CardsToMake, calendar: Calendar, random: Random) {
    this.#toMake = toMake;
    this.#calendar = calendar;
    this.#random = random;
  }

  /** Later reports have greater numbers. */
  get lossReports(): readonly SeedLossReport[] {
    return this.#reports
      .toSorted((one, other) => Date.parse(one.reportedAt) - Date.parse(other.reportedAt))
      .map((report, index) => ({ reportNo: reportNo(this.#toMake.firstReport + index), ...report }));
  }

  /**
   * Makes the cards of one patron. The first library card is issued at the registration, and further ones at equal
   * intervals. A smart identity card is issued with the last library card, but not before the patron is old enough.
   */
  make(patron: GeneratedPatron, { library, smart, earlier }: Plan): void {
    const interval = Math.floor(patron.registeredDaysAgo / (earlier + 2));
    let issuedDaysAgo = patron.registeredDaysAgo;
    for (let index = 0; index < earlier; index += 1) {
      const closedDaysAgo = issuedDaysAgo - interval;
      this.#push(patron, { type: 'LC', status: 'CAN', issuedDaysAgo, closedDaysAgo });
      issuedDaysAgo = closedDaysAgo;
    }
    if (library) {
      this.#pushPresent(patron, 'LC', issuedDaysAgo);
    }
    if (smart) {
      this.#pushPresent(patron, 'SC', Math.min(issuedDaysAgo, patron.ageDays - IDENTITY_CARD_AGE_DAYS));
    }
  }

  /** Adds the patron's last card of a kind. It may be in use, lost or ended. */
  #pushPresent(patron: GeneratedPatron, type: SeedCard['type'], issuedDaysAgo: number): void {
    const daysAgo = this.#random.between(0, Math.min(issuedDaysAgo, 60));
    const drawn = this.#random.next();
    if (patron.row.status === 'C') {
      this.#push(patron, { type, status: 'SUR', issuedDaysAgo, closedDaysAgo: daysAgo });
    } else if (type === 'SC' && drawn < DISCONTINUED) {
      const ended = { status: 'CAN', onReplacement: 'DISC', closedDaysAgo: daysAgo } as const;
      this.#report(this.#push(patron, { type, issuedDaysAgo, ...ended }), daysAgo);
    } else if (drawn < LOST) {
      const onReplacement = type === 'SC' ? 'CONT' : null;
      this.#report(this.#push(patron, { type, status: 'LST', issuedDaysAgo, onReplacement }), daysAgo);
    } else {
      this.#push(patron, { type, status: 'ACT', issuedDaysAgo });
    }
  }

  #push({ row: patron, ageDays }: GeneratedPatron, card: NewCard): SeedCard {
    const { type, status, issuedDaysAgo, closedDaysAgo, onReplacement = null } = card;
    const smartIdDaysAgo = Math.min(issuedDaysAgo + 400, ageDays - IDENTITY_CARD_AGE_DAYS);
    const row: SeedCard = {
      cardNo: cardNo(this.#toMake.firstCard + this.cards.length),
      patronNo: patron.patronNo,
      type,
      status,
      issuedOn: this.#calendar.iso(-issuedDaysAgo),
      closedOn: closedDaysAgo === undefined ? null : this.#calendar.iso(-closedDaysAgo),
      hkid: type === 'SC' ? patron.hkid : null,
      dateOfIssue: type === 'SC' ? this.#calendar.iso(-smartIdDaysAgo) : null,
      onReplacement,
      infoCardPrintedOn: null,
      pin: PIN,
    };
    this.cards.push(row);
    return row;
  }

  #report({ cardNo: lost, patronNo, onReplacement }: SeedCard, daysAgo: number): void {
    this.#reports.push({
      cardNo: lost,
      patronNo,
      reportedAt: this.#calendar.zoned(-daysAgo, '00:10:00'),
      onReplacement,
    });
  }
}
