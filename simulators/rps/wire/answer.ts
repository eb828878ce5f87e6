import { randomUUID } from 'node:crypto';
import { ENVELOPE } from '../../soap/read-envelope.ts';
import { escapeText } from '../../soap/write-xml.ts';
import { XSI } from '../../soap/xml.ts';
import type { EnvelopeFault, FaultDetail, TypedFault } from '../faults.ts';
import { ADDRESSING, COMMON, MESSAGES, TYPES, WSSE, WSU } from '../names.ts';
import { isOdd, nillable, type Result, text } from './elements.ts';
import { order } from './orders.ts';
import { change } from './others.ts';

/** The values of an answer that differ from request to request. */
export interface Answered {
  /** The message id of the request. Null if the request has no usable id (`messageIdOf`). */
  readonly messageId: string | null;
  /** The present time of the machine. */
  readonly now: Date;
}

const SERVICE = `${MESSAGES}/IRevenueService`;

/** An answer's timestamp expires this long after its creation. */
const VALID_MS = 5 * 60_000;

export function success(operation: string, result: Result, answered: Answered): string {
  const { attributes, content, isEmpty } = result;
  const element = `${operation}Result`;
  // RPS writes an empty array as an empty element, or leaves the element out. Both occur.
  const written =
    isEmpty && isOdd(String(answered.now.getTime()))
      ? ''
      : `<${element}${attributes}>${content}</${element}>`;
  const name = `${operation}Response`;
  return envelope(
    `${SERVICE}/${name}`,
    `<${name} xmlns="${MESSAGES}" xmlns:t="${TYPES}" xmlns:c="${COMMON}" xmlns:i="${XSI}">${written}</${name}>`,
    answered,
  );
}

/** Returns a fault with its detail. Only `SystemFault` is a fault of the Receiver. */
export function typedFault(operation: string, { detail, message }: TypedFault, answered: Answered): string {
  const { kind } = detail;
  const content =
    `<t:${kind} xmlns:t="${TYPES}" xmlns:c="${COMMON}" xmlns:i="${XSI}" TicketId="${randomUUID()}">` +
    `${text('Text', message)}${detailContent(detail)}</t:${kind}>`;
  return envelope(
    `${SERVICE}/${operation}${kind}Fault`,
    fault(kind === 'SystemFault' ? 'Receiver' : 'Sender', '', message, content),
    answered,
  );
}

function detailContent(detail: FaultDetail): string {
  switch (detail.kind) {
    case 'SystemFault':
      return detail.retryAfterSeconds === null ? '' : text('RetryAfterSeconds', detail.retryAfterSeconds);
    case 'DuplicateFault':
      return 'order' in detail.led ? order(detail.led.order) : change(detail.led.change);
    case 'ValidationFault':
      return `<t:Problems>${detail.problems
        .map((one) => `<t:Problem>${text('Field', one.field)}${text('Text', one.text)}</t:Problem>`)
        .join('')}</t:Problems>`;
    case 'BusinessFault':
      return (
        text('Code', detail.code) +
        nillable('ChargeNo', detail.chargeNo) +
        nillable('OrderNo', detail.orderNo)
      );
    default:
      return detail satisfies never;
  }
}

/** Returns the fault of a request that fails one of the steps 2 to 5 of RPS's nine checks. It has no detail element. */
export function envelopeFault({ code, subcode, message }: EnvelopeFault, answered: Answered): string {
  const isAddressings = subcode?.uri === ADDRESSING;
  const written =
    subcode === null
      ? ''
      : `<s:Subcode><s:Value xmlns:f="${subcode.uri}">f:${subcode.local}</s:Value></s:Subcode>`;
  const action = `${ADDRESSING}/${isAddressings ? '' : 'soap/'}fault`;
  return envelope(action, fault(code, written, message, ''), answered);
}

const fault = (code: string, subcode: string, message: string, detail: string): string =>
  `<s:Fault><s:Code><s:Value>s:${code}</s:Value>${subcode}</s:Code>` +
  `<s:Reason><s:Text xml:lang="en-GB">${escapeText(message)}</s:Text></s:Reason>` +
  `${detail === '' ? '' : `<s:Detail>${detail}</s:Detail>`}</s:Fault>`;

/** Returns an envelope. RPS's answers have no XML declaration. */
function envelope(action: string, body: string, { messageId, now }: Answered): string {
  const related = messageId === null ? '' : `<a:RelatesTo>${escapeText(messageId)}</a:RelatesTo>`;
  const expires = new Date(now.getTime() + VALID_MS);
  return (
    `<s:Envelope xmlns:s="${ENVELOPE['1.2']}" xmlns:a="${ADDRESSING}" xmlns:u="${WSU}"><s:Header>` +
    `<a:Action s:mustUnderstand="1">${action}</a:Action>${related}` +
    `<o:Security s:mustUnderstand="1" xmlns:o="${WSSE}"><u:Timestamp u:Id="_0">` +
    `<u:Created>${now.toISOString()}</u:Created><u:Expires>${expires.toISOString()}</u:Expires>` +
    `</u:Timestamp></o:Security></s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}
