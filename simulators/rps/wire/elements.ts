/**
 * Writes elements in the namespaces that an answer declares: `t` for the types, `c` for the common ones, `i` for
 * XMLSchema-instance.
 */
import { tag } from '../../soap/write-xml.ts';
import { attributeText } from '../../template-system.ts';
import type { Audited } from '../ledger/rows.ts';
import { type Ticks, utcText } from '../ledger/ticks.ts';

/** Returns an amount in dollars, with two decimals. */
export const money = (cents: number): string => (cents / 100).toFixed(2);

export const amount = (name: string, cents: number): string =>
  `<t:${name} currency="HKD">${money(cents)}</t:${name}>`;

export const text = (name: string, value: string | number | boolean): string => tag(`t:${name}`, value);

/** Returns the element, which is nil if `value` is null. */
export const nillable = (name: string, value: string | null): string =>
  value === null ? `<t:${name} i:nil="true"/>` : text(name, value);

export const time = (name: string, at: Ticks): string => text(name, utcText(at));

export const nillableTime = (name: string, at: Ticks | null): string =>
  nillable(name, at === null ? null : utcText(at));

/** Returns an array. RPS leaves out an empty array, or sends an empty element. Both occur, so the caller chooses. */
export function array(name: string, items: readonly string[], leavesOut: boolean): string {
  if (items.length === 0) {
    return leavesOut ? '' : `<t:${name}/>`;
  }
  return `<t:${name}>${items.join('')}</t:${name}>`;
}

/** Returns the attributes that describe the last change. */
export const audit = ({ version, changedAt, channel }: Audited): string =>
  ` Version="${version}" ChangedAt="${utcText(changedAt)}"${attributeText('Channel', channel)}`;

/**
 * Returns whether the last digit of a number or text is odd. Where the vendor uses two forms for one thing, such as an
 * absent or an empty array, the simulator chooses by this digit. So tests meet both.
 */
export const isOdd = (value: string | bigint): boolean => /[13579]$/.test(String(value));

export interface Result {
  /** The attributes of the element, as text, each with a space before it. */
  readonly attributes: string;
  readonly content: string;
  /** Whether the result is an array without items. */
  readonly isEmpty: boolean;
}

export const record = (content: string, attributes = ''): Result => ({ attributes, content, isEmpty: false });

export const items = (written: readonly string[]): Result => ({
  attributes: '',
  content: written.join(''),
  isEmpty: written.length === 0,
});
