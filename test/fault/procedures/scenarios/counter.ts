import type { CardRow, Store } from '../../../../simulators/tables/store.ts';

/**
 * The functions of this file act as staff do in the legacy systems' own programs, while an operation of ours is in
 * progress.
 */

/** Withdraws the stranger's application as soon as both cards are issued. Only counters withdraw applications. */
export function withdrawsOnceIssued(store: Store): void {
  const { cards, applications } = store.cms;
  const put = cards.put.bind(cards);
  cards.put = (card) => {
    put(card);
    const isOpen = applications.get('A0000003')?.status === 'RCV';
    if (card.type === 'SC' && isOpen) {
      decides('A0000003', 'WDN', null)(store);
    }
  };
}

/** Marks the copy as missing as soon as the card is unblocked. */
export function missesOnceUnblocked({ circ: { blockedCards, items } }: Store): void {
  const unblock = blockedCards.delete.bind(blockedCards);
  blockedCards.delete = (card) => {
    const [copy] = items.pick(['31852000000494']);
    if (copy !== undefined) {
      items.put({ ...copy, state: 'M' });
    }
    return unblock(card);
  };
}

/** Lends the copy at a desk right before the card is blocked for the first time. */
export function lendsOnceBlocked(cardNo: string, itemNo: string) {
  return ({ circ: { blockedCards, loans } }: Store): void => {
    const block = blockedCards.add.bind(blockedCards);
    blockedCards.add = (card) => {
      blockedCards.add = block;
      loans.put({
        loanNo: 'L99999999',
        cardNo,
        itemNo,
        outAt: '20261126101500',
        dueOn: '20261210',
        renewals: 0,
        ref: '',
        bibNo: 'B0000001',
        branch: 'STCL',
      });
      return block(card);
    };
  };
}

/** Decides the application. `patronNo` is the patron of the decision; null keeps the application's patron. */
export function decides(applicationNo: string, status: 'APR' | 'REJ' | 'WDN', patronNo: string | null) {
  return ({ cms }: Store): void => {
    const application = cms.applications.get(applicationNo);
    if (application === undefined) {
      throw new Error(`there is no ${applicationNo}`);
    }
    cms.applications.put({ ...application, status, patronNo: patronNo ?? application.patronNo });
  };
}

/** The number of the card that the counter issues. */
export const countersCard = '21852000009992';

export const issuesSmartId = (patronNo: string) => issues(card(patronNo, 'SC'));
export const issuesLibraryCard = (patronNo: string) => issues(card(patronNo, 'LC'));

function issues(row: CardRow) {
  return ({ cms, circ }: Store): void => {
    cms.cards.put(row);
    circ.knownCards.add(row.cardNo);
  };
}

/** Ends the card that the counter issued by mistake. */
export function endsLibraryCard(patronNo: string) {
  return ({ cms }: Store): void => cms.cards.put({ ...card(patronNo, 'LC'), status: 'CAN' });
}

function card(patronNo: string, type: CardRow['type']): CardRow {
  return {
    cardNo: countersCard,
    patronNo,
    type,
    status: 'ACT',
    issuedOn: '2026-11-24',
    closedOn: null,
    hkid: null,
    dateOfIssue: type === 'SC' ? '2024-02-03' : null,
    onReplacement: null,
    infoCardPrintedOn: null,
    pin: null,
  };
}

export function registers(engName: string, hkid: string, dob: string) {
  return ({ prs }: Store): void =>
    prs.patrons.put({
      patronNo: 'P0009999',
      engName,
      chiName: null,
      hkid,
      birthCertNo: null,
      dob,
      addrLine: [],
      addrProof: false,
      tel: null,
      email: null,
      guarantorName: null,
      guarantorTel: null,
      status: 'A',
      regDate: '20261124',
      lastUpd: '20261124090000',
    });
}

/** Adds an identity number to the record of a patron who was registered by birth certificate. */
export const addsIdentityNumber = (patronNo: string, hkid: string) => amendsRecord(patronNo, { hkid });

export const amends = (patronNo: string, tel: string) => amendsRecord(patronNo, { tel });

function amendsRecord(patronNo: string, fields: { readonly hkid: string } | { readonly tel: string }) {
  return ({ prs }: Store): void => {
    const patron = prs.patrons.get(patronNo);
    if (patron === undefined) {
      throw new Error(`there is no ${patronNo}`);
    }
    prs.patrons.put({ ...patron, ...fields, lastUpd: '20261124090000' });
  };
}

/**
 * Acts as a proxy that delivers the next amendment of the patron's record twice, and returns the answer to the second
 * delivery. Only the first delivery changes the record.
 */
export function deliversAmendmentTwice(patronNo: string, hkid: string) {
  return (store: Store): void => {
    const { patrons } = store.prs;
    const get = patrons.get.bind(patrons);
    patrons.get = (number) => {
      patrons.get = get;
      if (number === patronNo) {
        addsIdentityNumber(patronNo, hkid)(store);
      }
      return get(number);
    };
  };
}
