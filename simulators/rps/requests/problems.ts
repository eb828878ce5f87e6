/** Step 8 of RPS's nine checks: rules that the schema does not contain. */
import type { XmlElement } from '../../soap/xml.ts';
import { type Problem, TypedFault } from '../faults.ts';
import type { RequestLine } from '../ledger/rows.ts';
import { cents, isNil, items, optionalText, text } from './fields.ts';

export class Problems {
  readonly #found: Problem[] = [];

  add(field: string, text: string): void {
    this.#found.push({ field, text });
  }

  addIf(isWrong: boolean, field: string, text: string): void {
    if (isWrong) {
      this.add(field, text);
    }
  }

  /** @throws TypedFault if there is a problem. */
  refuse(): void {
    if (this.#found.length > 0) {
      throw new TypedFault('The request is not valid.', { kind: 'ValidationFault', problems: this.#found });
    }
  }

  /** Checks the number of items in an array, and that no item is nil. Returns the items that are not nil. */
  array(request: XmlElement, local: string, max: number): readonly XmlElement[] {
    const found = items(request, local);
    this.addIf(found.length === 0 || found.length > max, local, `Between 1 and ${max} are wanted.`);
    found.forEach((item, index) => {
      this.addIf(isNil(item), `${local}[${index}]`, 'An item is nil.');
    });
    return found.filter((item) => !isNil(item));
  }

  lines(request: XmlElement): readonly RequestLine[] {
    this.array(request, 'Lines', 50);
    const seen = new Set<string>();
    return items(request, 'Lines').flatMap((item, index) => {
      if (isNil(item)) {
        return [];
      }
      const line = { chargeNo: text(item, 'ChargeNo'), cents: cents(item, 'Amount') };
      this.addIf(seen.has(line.chargeNo), `Lines[${index}].ChargeNo`, 'The charge is there twice.');
      this.addIf(line.cents === 0, `Lines[${index}].Amount`, 'The amount is 0.00.');
      seen.add(line.chargeNo);
      return [line];
    });
  }

  /** Checks the reason and the clerk of a waiver or refund. */
  clerk(
    request: XmlElement,
    callersClerkId: string | null,
  ): { readonly clerkId: string; readonly reason: string } {
    const [clerkId, reason] = [text(request, 'ClerkId'), text(request, 'Reason')];
    const isOther = callersClerkId !== null && callersClerkId !== clerkId;
    this.addIf(isOther, 'ClerkId', 'The clerk is not that of the call.');
    this.addIf(
      reason.trim() === '' || isOver(reason, 200),
      'Reason',
      'Between 1 and 200 characters are wanted.',
    );
    return { clerkId, reason };
  }

  optionalText(request: XmlElement, local: string, max: number): string | null {
    const value = optionalText(request, local);
    this.addIf(value !== null && isOver(value, max), local, `At most ${max} characters are allowed.`);
    return value;
  }
}

/** Whether the text has more than `max` characters. Characters are code points, and not UTF-16's units. */
export const isOver = (value: string, max: number): boolean => [...value].length > max;
