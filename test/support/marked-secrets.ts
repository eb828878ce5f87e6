import { inspect } from 'node:util';
import { identityCheckDigit } from '../../simulators/check-digits.ts';
import type { Seed } from '../../simulators/index.ts';

/** Secrets in the form that the adapters take, and so odd that nothing else has them in it by accident. */
export const MARKS = {
  identityNumber: `ZQ918273(${identityCheckDigit('ZQ918273')})`,
  birthCertificateNumber: 'S7313377',
  name: 'QUXWORTH, ZANZIBAR',
  guarantor: 'XYZZYMAN, BARQUX',
  address: 'Flat 73, Quuxmark Court',
  telephone: '70731337',
  email: 'quuxmark@patrons.example',
  title: 'Zyzzyva Quarterly',
  cardNumber: '21852777313377',
  patronNumber: 'P7313377',
  pin: '731337',
  reference: 'mark-reference',
  staff: 'mark-staff',
  cmsUser: 'mark-cms-user',
  cmsPassword: 'mark-cms-password',
  circUser: 'MARKCIRCUSER',
  circPassword: 'mark-circ-password',
  /** What the vendors say of it in their own words. */
  vendorText: 'MARKED VENDOR TEXT',
} as const;

/** What the simulators hold of persons; no PIN of theirs, which is four digits like many a line number. */
export function secretsOf({ patrons, cards }: Seed): string[] {
  const values = [
    ...patrons.flatMap(({ patronNo, engName, chiName, hkid, birthCertNo, tel, email }) => [
      patronNo,
      engName,
      chiName,
      hkid,
      birthCertNo,
      tel,
      email,
    ]),
    ...cards.flatMap(({ cardNo, hkid }) => [cardNo, hkid]),
  ];
  return [...new Set(values.flatMap((value) => (value === null || value === '' ? [] : value)))];
}

/** For a fault's `text`: the simulators are as indiscreet as they can be. */
export const indiscretion = Object.values(MARKS).join(' | ');

/**
 * What is of the vendors only: codes, markup, texts, and the page of the proxy. The path of an element, as in
 * `Envelope/Body`, is ours: it is of the contract.
 */
const VENDORS_OWN =
  /PRS-\d{3}|\bE10\d\d\b|\bRC\b|PRSFault|cmsFault|:Envelope|xmlns|<html|HOUSEKEEPING|housekeeping,|TRY LATER|try later|INTERNAL ERROR|SESSION UNKNOWN|WRONG USER|Please wait/;

/** What must not be in the text and is; `secrets` beside the marks. Empty: nothing came out. */
export function leaksIn(text: string, secrets: readonly string[] = []): string[] {
  const found = [...Object.values(MARKS), ...secrets].filter((secret) => text.includes(secret));
  const own = VENDORS_OWN.exec(text)?.[0];
  return own === undefined ? found : [...found, own];
}

/** All that can be had from a value: own properties, hidden ones too, causes, and what an inspector shows. */
export function everythingIn(value: unknown): string {
  const texts: string[] = [inspect(value, { depth: 20, showHidden: true })];
  const seen = new Set<unknown>();
  const visit = (one: unknown): void => {
    if ((typeof one !== 'object' && typeof one !== 'function') || one === null) {
      texts.push(String(one));
      return;
    }
    if (seen.has(one)) {
      return;
    }
    seen.add(one);
    if (ArrayBuffer.isView(one)) {
      texts.push(Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString());
    }
    if (one instanceof Map || one instanceof Set) {
      for (const entry of one) {
        visit(entry);
      }
    }
    for (const key of Reflect.ownKeys(one)) {
      texts.push(String(key));
      visit(Reflect.get(one, key));
    }
  };
  visit(value);
  return texts.join('\n');
}
