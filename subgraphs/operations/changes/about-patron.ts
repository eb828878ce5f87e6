import type { CardManagement } from '../../../adapters/credentials/port.ts';
import type { ChangeLog, LogRow, MergedPatrons } from '../../../store/journal/port.ts';
import { cardsOfPerson, recordsOfPerson } from '../merged-records.ts';

interface Services {
  readonly changeLog: Pick<ChangeLog, 'logDigest'>;
  readonly cards: Pick<CardManagement, 'cardsByPatron'>;
  readonly merged: MergedPatrons;
}

/** The operations after which a patron may have another card, or another record. */
const newCards: ReadonlySet<string> = new Set([
  'APPROVE_APPLICATION',
  'DECIDE_APPLICATION',
  'REPLACE_CREDENTIAL',
  'MERGE_PATRONS',
]);

/**
 * Decides which rows of the log are about one patron. Circulation's events name only cards. So a row is about the
 * patron if it names one of the patron's records or any of their cards. Rows must be passed in their order.
 */
export class AboutPatron {
  readonly #services: Services;
  readonly #patronId: string;
  readonly #signal: AbortSignal;
  #patrons: ReadonlySet<string> = new Set();
  #cards: ReadonlySet<string> = new Set();

  private constructor(services: Services, patronId: string, signal: AbortSignal) {
    this.#services = services;
    this.#patronId = patronId;
    this.#signal = signal;
  }

  /** Reads the patron's cards. @throws UpstreamError, StoreUnavailable */
  static async open(services: Services, patronId: string, signal: AbortSignal): Promise<AboutPatron> {
    const about = new AboutPatron(services, patronId, signal);
    await about.#readCards();
    return about;
  }

  /**
   * Whether the row is about the patron. A row contains only the digest of a card. If the row may name a new card of
   * the patron, the patron's cards are read again first.
   * @throws UpstreamError, StoreUnavailable
   */
  async has(row: LogRow): Promise<boolean> {
    const isKnown = this.#knows(row);
    const { kind, operation, card } = row;
    const hasNewCard = isKnown && operation?.state === 'DONE' && newCards.has(operation.kind);
    const mayBeNewCard = kind === 'CARD_REGISTERED' && card !== null && !isKnown;
    if (!hasNewCard && !mayBeNewCard) {
      return isKnown;
    }
    await this.#readCards();
    return this.#knows(row);
  }

  #knows({ patron, card }: LogRow): boolean {
    return (patron !== null && this.#patrons.has(patron)) || (card !== null && this.#cards.has(card));
  }

  async #readCards(): Promise<void> {
    const { changeLog, merged } = this.#services;
    const records = await recordsOfPerson(merged, this.#patronId);
    const held = await cardsOfPerson(this.#services, this.#patronId, this.#signal);
    this.#patrons = new Set(records.map((id) => changeLog.logDigest('patron', id)));
    this.#cards = new Set(
      held.map(({ libraryCardNumber }) => changeLog.logDigest('card', libraryCardNumber)),
    );
  }
}
