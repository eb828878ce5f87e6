/**
 * The labels of progressive `@override`s, which are on or off for each request.
 *
 * Before: `@override(from: "shop", label: "percent(30)")`.
 * After: the label is on if the request drew a number below 30.
 * Labels in other forms need a switch outside of the gateway. This gateway doesn't support them: they are always off.
 */
import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { stringOf } from './join-directives.ts';

const percentLabel = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/;

export class OverrideLabels {
  /** The percentages in the labels, ascending and without duplicates. */
  readonly percentages: readonly number[];

  constructor(supergraph: DocumentNode) {
    const percentages = new Set<number>();
    visit(supergraph, {
      Directive: (directive) => {
        const label = stringOf(directive as ConstDirectiveNode, 'overrideLabel');
        const percentage = label === undefined ? undefined : percentageOf(label);
        if (percentage !== undefined) {
          percentages.add(percentage);
        }
      },
    });
    this.percentages = [...percentages].sort((a, b) => a - b);
  }

  isOn(label: string, percentage: number): boolean {
    const bound = percentageOf(label);
    return bound !== undefined && percentage < bound;
  }

  /** A key that is equal for percentages at which the same labels are on. */
  keyOf(percentage: number): string {
    return `${this.percentages.filter((bound) => percentage < bound)}`;
  }
}

function percentageOf(label: string): number | undefined {
  const [, percentage] = percentLabel.exec(label) ?? [];
  return percentage === undefined ? undefined : Number(percentage);
}
