import { luhnDigit } from '../check-digits.ts';
import { dayOf, zonedOf } from '../hong-kong-time.ts';
import { Numbering } from '../tables/numbering.ts';
import { shuffleRows } from '../tables/shuffle-rows.ts';
import type { CardRow, CmsTables, LossReportRow } from '../tables/store.ts';
import { CmsError } from './cms-error.ts';

export type CardType = CardRow['type'];
export type OnReplacement = NonNullable<CardRow['onReplacement']>;

/** The data read from a smart identity card. The date has the form `YYYY-MM-DD`. */
export interface SmartCardFacts {
  readonly hkid: string | null;
  readonly dateOfIssue: string | null;
}

const notAllowed = (why: string): CmsError => new CmsError('E1002', `not allowed in this state: ${why}`);
const exists = (why: string): CmsError => new CmsError('E1003', `already exists: ${why}`);

/** Returns whether a card is in use or lost, and so not closed. */
const isOpen = ({ status }: CardRow): boolean => status === 'ACT' || status === 'LST';

/**
 * The behaviour of CMS's cards and loss reports, without their wire format. CMS does not know patrons, so it checks
 * only cards.
 */
export class Cards {
  readonly #tables: CmsTables;
  readonly #clock: () => Date;
  readonly #cardNumbers: Numbering;
  readonly #reportNumbers: Numbering;

  constructor(tables: CmsTables, clock: () => Date) {
    this.#tables = tables;
    this.#clock = clock;
    this.#cardNumbers = new Numbering('21852', 8, tables.cards.keys());
    this.#reportNumbers = new Numbering('R', 7, tables.lossReports.keys());
  }

  byPatron(patronNos: readonly string[]): CardRow[] {
    const rows = [...new Set(patronNos)].flatMap((patronNo) => this.#tables.cards.by('patronNo', patronNo));
    return shuffleRows(rows, (row) => row.cardNo);
  }

  byNumber(cardNos: readonly string[]): CardRow[] {
    return shuffleRows(this.#tables.cards.pick(cardNos), (row) => row.cardNo);
  }

  /**
   * Finds the smart identity card (R18). A card in use is found only with exactly its date of issue. The owner of a
   * lost card may keep using the library with a new identity card (`CONT`). Then any later date of issue finds the lost
   * card.
   */
  findSmartCard(hkid: string, dateOfIssue: string): CardRow | null {
    const found = this.#tables.cards.by('hkid', hkid).find((row) => {
      if (row.type !== 'SC' || row.dateOfIssue === null) {
        return false;
      }
      if (row.status === 'ACT') {
        return row.dateOfIssue === dateOfIssue;
      }
      return row.status === 'LST' && row.onReplacement === 'CONT' && row.dateOfIssue < dateOfIssue;
    });
    return found ?? null;
  }

  /** Returns a page of loss reports, oldest first. `total` is the number of all loss reports. */
  listLossReports(after: string | null, maxRows: number): { total: number; rows: LossReportRow[] } {
    const { lossReports } = this.#tables;
    return { total: lossReports.size, rows: lossReports.after(after, maxRows) };
  }

  issue(patronNo: string, type: CardType, { hkid, dateOfIssue }: SmartCardFacts): CardRow {
    const isComplete = type === 'SC' ? hkid && dateOfIssue : hkid === null && dateOfIssue === null;
    if (!isComplete) {
      throw notAllowed(`identity number and date of issue belong to a smart identity card`);
    }
    this.#refuseSecond(patronNo, type, null);
    if (hkid !== null && this.#tables.cards.by('hkid', hkid).some(isOpen)) {
      throw exists('the identity number is enrolled');
    }
    return this.#put({ ...this.#newCard(patronNo, type), hkid, dateOfIssue });
  }

  reportLoss(cardNo: string, onReplacement: OnReplacement | null): { report: LossReportRow; card: CardRow } {
    const card = this.#cardNumbered(cardNo);
    if (card.status !== 'ACT') {
      throw notAllowed(`the card is ${card.status}`);
    }
    if ((card.type === 'SC') !== (onReplacement !== null)) {
      throw notAllowed('onReplacement is wanted for a smart identity card, and only there');
    }
    const now = this.#clock();
    const report: LossReportRow = {
      reportNo: this.#reportNumbers.next(),
      cardNo,
      patronNo: card.patronNo,
      reportedAt: zonedOf(now),
      onReplacement,
    };
    this.#tables.lossReports.put(report);
    const ends = onReplacement === 'DISC';
    const status = ends ? 'CAN' : 'LST';
    return {
      report,
      card: this.#put({ ...card, status, onReplacement, closedOn: ends ? dayOf(now) : null }),
    };
  }

  /** Replaces a card. A library card gets a new number and keeps its PIN. A smart identity card keeps its number. */
  replace(cardNo: string, dateOfIssue: string | null): CardRow {
    const card = this.#cardNumbered(cardNo);
    return card.type === 'LC'
      ? this.#replaceLibraryCard(card, dateOfIssue)
      : this.#continue(card, dateOfIssue);
  }

  #replaceLibraryCard(old: CardRow, dateOfIssue: string | null): CardRow {
    if (!isOpen(old)) {
      throw notAllowed(`the card is ${old.status}`);
    }
    if (dateOfIssue !== null) {
      throw notAllowed('a library card has no date of issue');
    }
    this.#refuseSecond(old.patronNo, 'LC', old.cardNo);
    this.#put({ ...old, status: 'CAN', closedOn: dayOf(this.#clock()) });
    return this.#put({ ...this.#newCard(old.patronNo, 'LC'), pin: old.pin });
  }

  #continue(card: CardRow, dateOfIssue: string | null): CardRow {
    if (card.status !== 'LST' || card.onReplacement !== 'CONT') {
      throw notAllowed('the card does not wait for another');
    }
    if (dateOfIssue === null || card.dateOfIssue === null || dateOfIssue <= card.dateOfIssue) {
      throw notAllowed('the date of issue is not newer');
    }
    return this.#put({ ...card, status: 'ACT', dateOfIssue, onReplacement: null });
  }

  close(cardNo: string, status: CardRow['status']): CardRow {
    const card = this.#cardNumbered(cardNo);
    if (status !== 'CAN' && status !== 'SUR') {
      throw notAllowed(`a card is not closed to ${status}`);
    }
    if (!isOpen(card)) {
      throw notAllowed(`the card is ${card.status}`);
    }
    return this.#put({ ...card, status, closedOn: dayOf(this.#clock()) });
  }

  printInformationCard(cardNo: string): CardRow {
    const card = this.#cardNumbered(cardNo);
    if (card.type !== 'SC' || card.status !== 'ACT') {
      throw notAllowed('no smart identity card in use');
    }
    return this.#put({ ...card, infoCardPrintedOn: dayOf(this.#clock()) });
  }

  /** Returns the PIN. Null if the card has none yet. @throws CmsError `E1001` for an unknown card. */
  pinOf(cardNo: string): string | null {
    return this.#cardNumbered(cardNo).pin;
  }

  changePin(cardNo: string, pin: string): void {
    if (pin === '') {
      throw notAllowed('the PIN is empty');
    }
    this.#put({ ...this.#cardNumbered(cardNo), pin });
  }

  #refuseSecond(patronNo: string, type: CardType, replacedCardNo: string | null): void {
    const others = this.#tables.cards.by('patronNo', patronNo).filter((row) => row.cardNo !== replacedCardNo);
    if (others.some((row) => row.type === type && row.status === 'ACT')) {
      throw exists('the patron has a card of that kind in use');
    }
  }

  #cardNumbered(cardNo: string): CardRow {
    const card = this.#tables.cards.get(cardNo);
    if (card === undefined) {
      throw new CmsError('E1001', 'card not found');
    }
    return card;
  }

  #put(card: CardRow): CardRow {
    this.#tables.cards.put(card);
    return card;
  }

  /** Creates a card. The card has no PIN until `ChangePin`. */
  #newCard(patronNo: string, type: CardType): CardRow {
    return {
      cardNo: this.#nextNumber(),
      patronNo,
      type,
      status: 'ACT',
      issuedOn: dayOf(this.#clock()),
      closedOn: null,
      hkid: null,
      dateOfIssue: null,
      onReplacement: null,
      infoCardPrintedOn: null,
      pin: null,
    };
  }

  /** Returns the next number: `2`, the library's code `1852`, eight digits, and a Luhn digit. */
  #nextNumber(): string {
    const digits = this.#cardNumbers.next();
    return digits + luhnDigit(digits);
  }
}
