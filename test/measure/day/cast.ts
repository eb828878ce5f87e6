/** The readers and copies of the day, found in the simulators' tables. */
import type { Store } from '../../../simulators/tables/store.ts';

export interface Cast {
  /** A reader with at least five free places, and nothing that forbids to lend. */
  readonly borrower: { readonly cardNo: string; readonly name: string; readonly telephone: string };
  /** Another such reader. */
  readonly atStation: { readonly cardNo: string };
  /** A reader with charges. */
  readonly debtor: { readonly cardNo: string };
  /** A copy that is out, and whose title somebody waits for at another branch than `branch`. */
  readonly wanted: { readonly itemNo: string; readonly pickupBranch: string };
  /** Copies on the shelf that nobody waits for. */
  readonly onShelf: readonly string[];
  /** Copies that are out and that nobody waits for, of several readers. */
  readonly out: readonly string[];
}

/** @throws Error if the library is too small to have one of them */
export function castOf({ prs, cms, circ }: Store, branch: string): Cast {
  const cards = [...cms.cards.values()].filter(({ type, status }) => type === 'LC' && status === 'ACT');
  const ownOf = (patronNo: string) => [...cms.cards.values()].filter((card) => card.patronNo === patronNo);
  const loansOf = (patronNo: string) =>
    ownOf(patronNo).reduce((sum, { cardNo }) => sum + circ.loans.by('cardNo', cardNo).length, 0);
  const charged = new Set([...circ.charges.values()].map(({ cardNo }) => cardNo));
  const reserved = new Set([...circ.holds.values()].map(({ bibNo }) => bibNo));
  const [borrower, atStation] = cards
    .slice(200)
    .filter(
      ({ cardNo, patronNo }) =>
        prs.patrons.get(patronNo)?.status === 'A' &&
        prs.patrons.get(patronNo)?.tel != null &&
        !charged.has(cardNo) &&
        loansOf(patronNo) <= 5,
    );
  const debtor = cards.find(
    ({ cardNo, patronNo }) => charged.has(cardNo) && prs.patrons.get(patronNo)?.status === 'A',
  );
  const queued = [...circ.holds.values()].filter(({ state }) => state === 'Q');
  const loans = [...circ.loans.values()];
  const hold = queued.find(
    ({ queuePos, pickupBranch, bibNo }) =>
      queuePos === 1 && pickupBranch !== branch && loans.some((loan) => loan.bibNo === bibNo),
  );
  const loan = loans.find(({ bibNo }) => bibNo === hold?.bibNo);
  const person = borrower && prs.patrons.get(borrower.patronNo);
  if (
    borrower === undefined ||
    person === undefined ||
    atStation === undefined ||
    debtor === undefined ||
    hold === undefined ||
    loan === undefined
  ) {
    throw new Error('the library is too small for the day: take a larger one (LIBRARY)');
  }
  const isFree = (bibNo: string) => !reserved.has(bibNo);
  return {
    borrower: { cardNo: borrower.cardNo, name: person.engName, telephone: person.tel ?? '' },
    atStation: { cardNo: atStation.cardNo },
    debtor: { cardNo: debtor.cardNo },
    wanted: { itemNo: loan.itemNo, pickupBranch: hold.pickupBranch },
    onShelf: [...circ.items.values()]
      .filter(({ state, material, bibNo }) => state === 'A' && material !== 'RF' && isFree(bibNo))
      .map(({ itemNo }) => itemNo),
    out: loans
      .filter(({ bibNo, cardNo }) => isFree(bibNo) && ![borrower.cardNo, atStation.cardNo].includes(cardNo))
      .map(({ itemNo }) => itemNo),
  };
}
