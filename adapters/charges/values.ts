import { UpstreamError } from '../soap/port.ts';
import type { Money, NilMoney } from './contract.generated.ts';
import type { Instant, LocalDate } from './port.ts';

/** The error for an answer that makes no sense. `detail` must not quote a value of the answer. */
export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('payment system', 'invalid-response', detail);

/** `12.50` is 1250 cents. The contract allows 7 digits and always two decimals, so the digits are the cents. */
export const centsOf = ({ $value }: Money): number => Number($value.replace('.', ''));

/** 1250 cents are `12.50`. @throws UpstreamError `unencodable` for an amount that the contract has no form for. */
export function moneyOf(cents: number): Money {
  if (!Number.isInteger(cents) || cents < 0 || cents > 999_999_999) {
    throw new UpstreamError('payment system', 'unencodable', 'no amount of money');
  }
  const digits = String(cents).padStart(3, '0');
  return { currency: 'HKD', $value: `${digits.slice(0, -2)}.${digits.slice(-2)}` };
}

/** The amount, or 0 if it is absent or nil. */
export const centsOrZero = (money: Money | NilMoney | null | undefined): number =>
  isNil(money) ? 0 : centsOf(money);

/**
 * Cuts `2026-11-25T11:59:59.9999999Z` to `2026-11-25T11:59:59.999Z`. Rounding could give the next day.
 * @throws UpstreamError for a text that is no time in UTC.
 */
export function instantOf(text: string): Instant {
  const [, seconds, fraction = ''] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?Z$/.exec(text) ?? [];
  const instant = new Date(`${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  if (Number.isNaN(instant.getTime())) {
    throw invalid('a time that does not exist');
  }
  return instant.toISOString();
}

export const instantOrNull = (text: string | null | undefined): Instant | null =>
  text == null ? null : instantOf(text);

export function dayOf(text: string): LocalDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw invalid('a date of another form');
  }
  return text;
}

export const dayOrNull = (text: string | null | undefined): LocalDate | null =>
  text == null ? null : dayOf(text);

/** The rows of a WCF array, without nil items. The array may be absent or nil. */
export const rowsOf = <Row>(rows: readonly Row[] | undefined): readonly Exclude<Row, Nil>[] =>
  (rows ?? []).filter((row): row is Exclude<Row, Nil> => !isNil(row));

export type Nil = null | undefined | { readonly $nil: true };

/** Whether the value is absent or nil. */
export const isNil = <Row>(row: Row | Nil): row is Extract<Row, Nil> | Nil =>
  row == null || (typeof row === 'object' && '$nil' in row);
