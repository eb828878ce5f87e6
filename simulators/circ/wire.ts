import { ENVELOPE } from '../soap/read-envelope.ts';
import { each, tag } from '../soap/write-xml.ts';
import type { ChargeRow, EventRow, HoldRow, ItemRow, LoanRow } from '../tables/store.ts';
import { CHARSET } from './big5.ts';
import type { Titled } from './shelves.ts';

/** All elements are in CIRC's namespace, which is the default namespace below the body. */
const NAMESPACE = 'urn:library:circ:v3';

/** `RC` and `MSG` come first in every answer. `MSG` is empty for success. */
export const envelope = (root: string, rc: number, message: string, content: string): string =>
  `<?xml version="1.0" encoding="${CHARSET}"?>\n<soapenv:Envelope xmlns:soapenv="${ENVELOPE['1.1']}"><soapenv:Body>` +
  `<${root} xmlns="${NAMESPACE}">${tag('RC', rc)}${tag('MSG', message)}${content}</${root}>` +
  '</soapenv:Body></soapenv:Envelope>';

export const loan = (row: Titled<LoanRow>): string =>
  '<Loan>' +
  tag('LoanNo', row.loanNo) +
  tag('CardNo', row.cardNo) +
  tag('ItemNo', row.itemNo) +
  tag('BibNo', row.bibNo) +
  tag('Title', row.title) +
  tag('Branch', row.branch) +
  tag('OutAt', row.outAt) +
  tag('DueOn', row.dueOn) +
  tag('Renewals', row.renewals) +
  tag('Ref', row.ref) +
  '</Loan>';

export const hold = (row: Titled<HoldRow>): string =>
  '<Hold>' +
  tag('HoldNo', row.holdNo) +
  tag('CardNo', row.cardNo) +
  tag('BibNo', row.bibNo) +
  tag('Title', row.title) +
  tag('PickupBranch', row.pickupBranch) +
  tag('State', row.state) +
  tag('QueuePos', row.queuePos) +
  tag('PlacedAt', row.placedAt) +
  tag('ReadyUntil', row.readyUntil) +
  tag('Ref', row.ref) +
  '</Hold>';

export const item = (row: ItemRow): string =>
  '<Item>' +
  tag('ItemNo', row.itemNo) +
  tag('BibNo', row.bibNo) +
  tag('Title', row.title) +
  tag('Author', row.author) +
  tag('CallNo', row.callNo) +
  tag('Branch', row.branch) +
  tag('Material', row.material) +
  tag('State', row.state) +
  '</Item>';

export const charge = (row: ChargeRow): string =>
  '<Charge>' +
  tag('ChargeNo', row.chargeNo) +
  tag('CardNo', row.cardNo) +
  tag('LoanNo', row.loanNo) +
  tag('Kind', row.kind) +
  tag('Cents', row.cents) +
  tag('RaisedOn', row.raisedOn) +
  '</Charge>';

const event = (row: EventRow): string =>
  '<Event>' +
  tag('Seq', row.seq) +
  tag('At', row.at) +
  tag('Kind', row.kind) +
  tag('CardNo', row.cardNo) +
  tag('ItemNo', row.itemNo) +
  tag('LoanNo', row.loanNo) +
  tag('Ref', row.ref) +
  '</Event>';

export const events = (rows: readonly EventRow[]): string => each(rows, event);
