import { inspect } from 'node:util';
import { identityCheckDigit } from '../../simulators/check-digits.ts';
import type { Seed } from '../../simulators/index.ts';
import type { SeedCard, SeedPatron } from '../../simulators/seed.ts';

/** Secrets in the form that the adapters take. Each is so unusual that it never occurs by accident. */
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
  /** A text that only a vendor's system would send. */
  vendorText: 'MARKED VENDOR TEXT',
} as const;

/**
 * The fields that aren't searched for. Except for the PIN, they aren't personal data. A PIN's four digits also occur
 * by accident, for example in line numbers. A new field counts as personal data until it is named here.
 */
const otherFields: ReadonlySet<string> = new Set([
  ...(['status', 'regDate', 'lastUpd', 'case'] as const satisfies readonly (keyof SeedPatron)[]),
  ...(['type', 'issuedOn', 'closedOn', 'dateOfIssue'] as const satisfies readonly (keyof SeedCard)[]),
  ...(['onReplacement', 'infoCardPrintedOn', 'pin'] as const satisfies readonly (keyof SeedCard)[]),
]);

/** The personal data in the simulators' seed. */
export function secretsOf({ patrons, cards }: Seed): string[] {
  const values = [...patrons, ...cards].flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) => (otherFields.has(name) ? [] : value)),
  );
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value !== ''))];
}

/** A fault's `text` with every marked secret in it. */
export const indiscretion = Object.values(MARKS).join(' | ');

/**
 * Text that only vendors write: codes, markup, messages, and the proxy's page. Our messages may contain the path of an
 * element, such as `Envelope/Body`, because it is part of the contract.
 */
const VENDORS_OWN =
  /PRS-\d{3}|\bE10\d\d\b|\bRC\b|PRSFault|cmsFault|:Envelope|xmlns|<html|HOUSEKEEPING|housekeeping,|TRY LATER|try later|INTERNAL ERROR|SESSION UNKNOWN|WRONG USER|Please wait/;

/**
 * The secrets in the text: marked secrets, those in `secrets`, and text that only vendors write. The list is empty if
 * there are none.
 */
export function leaksIn(text: string, secrets: readonly string[] = []): string[] {
  const found = [...Object.values(MARKS), ...secrets].filter((secret) => text.includes(secret));
  const own = VENDORS_OWN.exec(text)?.[0];
  return own === undefined ? found : [...found, own];
}

/**
 * Everything in a value, as text: its own properties including hidden ones, its causes, and the output of `inspect`.
 */
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
