/** The SOAP calls of all acts, as text. Numbers of cards, items and patrons need no escapes. */
import { hash, randomBytes } from 'node:crypto';
import { DEFAULT_CREDENTIALS, type SystemName } from '../../../simulators/index.ts';

export interface Call {
  readonly system: SystemName;
  readonly headers: Readonly<Record<string, string>>;
  /** The text of the body. `seal` makes of it what is sent. */
  readonly body: string;
}

const { CMS_PASSWORD = '', CIRC_PASSWORD = '' } = process.env;
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const registry = 'urn:library:prs:2004';
const circulation = 'urn:library:circ:v3';
const cards = 'http://cms.library.example/2009/cards';
const oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
/** Stands for the security header in a body that is kept. */
const securityPlace = '<!--security-->';

const each = (name: string, values: readonly string[]): string =>
  values.map((value) => `<${name}>${value}</${name}>`).join('');

function soap11(system: SystemName, namespace: string, operation: string, content: string): Call {
  return {
    system,
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      soapaction: `"${namespace}#${operation}"`,
      accept: 'text/xml',
    },
    body: `${declaration}<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><m:${operation} xmlns:m="${namespace}">${content}</m:${operation}></soap:Body></soap:Envelope>`,
  };
}

const ofCards = (operation: string, content: string): Call => ({
  system: 'cms',
  headers: {
    'content-type': `application/soap+xml; charset=utf-8; action="${cards}/${operation}"`,
    accept: 'application/soap+xml',
  },
  body: `${declaration}<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope">${securityPlace}<soap:Body><m:${operation} xmlns:m="${cards}">${content}</m:${operation}></soap:Body></soap:Envelope>`,
});

/** The text to send: a body of card management gets a security header of its own, with a new nonce. */
export function seal({ system, body }: Call): string {
  if (system !== 'cms') {
    return body;
  }
  const { user } = DEFAULT_CREDENTIALS.cms;
  const nonce = randomBytes(16);
  const created = new Date().toISOString();
  const digest = hash('sha1', Buffer.concat([nonce, Buffer.from(created + CMS_PASSWORD)]), 'base64');
  return body.replace(
    securityPlace,
    `<soap:Header><wsse:Security xmlns:wsse="${oasis}-wssecurity-secext-1.0.xsd" xmlns:wsu="${oasis}-wssecurity-utility-1.0.xsd" soap:mustUnderstand="true"><wsse:UsernameToken><wsse:Username>${user}</wsse:Username><wsse:Password Type="${oasis}-username-token-profile-1.0#PasswordDigest">${digest}</wsse:Password><wsse:Nonce EncodingType="${oasis}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security></soap:Header>`,
  );
}

export const getPatrons = (numbers: readonly string[]): Call =>
  soap11('prs', registry, 'GetPatrons', each('PATRON_NO', numbers));

/** `after` is the number of the patron before the first row; null for the first rows. */
export const searchPatrons = (after: string | null, maxRows: number): Call =>
  soap11(
    'prs',
    registry,
    'SearchPatrons',
    `${after === null ? '' : each('AFTER_PATRON_NO', [after])}<MAX_ROWS>${maxRows}</MAX_ROWS>`,
  );

export const getCardsByPatron = (patronIds: readonly string[]): Call =>
  ofCards('GetCardsByPatron', each('m:patronNo', patronIds));

export const getCardsByNumber = (numbers: readonly string[]): Call =>
  ofCards('GetCardsByNumber', each('m:cardNos', numbers));

/** A call in a session of circulation. */
const inSession = (operation: string, session: string, content: string): Call =>
  soap11('circ', circulation, operation, `<m:SID>${session}</m:SID>${content}`);

export const getLoans = (session: string, cardNumbers: readonly string[]): Call =>
  inSession('GetLoans', session, each('m:CardNo', cardNumbers));

export const getItems = (session: string, itemNumbers: readonly string[]): Call =>
  inSession('GetItems', session, each('m:ItemNo', itemNumbers));

/** `reference` must need no escapes. */
export const checkOut = (session: string, card: string, item: string, reference: string): Call =>
  inSession(
    'CheckOut',
    session,
    `<m:CardNo>${card}</m:CardNo><m:ItemNo>${item}</m:ItemNo><m:Ref>${reference}</m:Ref>`,
  );

/** `reference` must need no escapes. */
export const checkIn = (session: string, item: string, reference: string): Call =>
  inSession('CheckIn', session, `<m:ItemNo>${item}</m:ItemNo><m:Ref>${reference}</m:Ref>`);

export const login = (): Call => {
  const { user } = DEFAULT_CREDENTIALS.circ;
  return soap11(
    'circ',
    circulation,
    'Login',
    `<m:User>${user}</m:User><m:Password>${CIRC_PASSWORD}</m:Password>`,
  );
};
