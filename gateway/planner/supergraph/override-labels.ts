/**
 * The labels of progressive `@override`s: which of them are on for a request.
 *
 * Before: `@override(from: "shop", label: "percent(30)")`. After: the label is on where the request drew less than 30.
 * A label of any other form is switched from outside, and nothing here does: it is never on.
 */
import { type DocumentNode, visit } from 'graphql';
import { stringOf } from './join-directives.ts';

const percentLabel = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/;

export class OverrideLabels {
  /** Ascending, each once. */
  readonly percentages: readonly number[];

  constructor(supergraph: DocumentNode) {
    const found = new Set<number>();
    visit(supergraph, {
      Directive: (directive) => {
        const percentage = percentageOf(
          stringOf(directive as Parameters<typeof stringOf>[0], 'overrideLabel') ?? '',
        );
        if (percentage !== undefined) {
          found.add(percentage);
        }
      },
    });
    this.percentages = [...found].sort((a, b) => a - b);
  }

  isOn(label: string, percentage: number): boolean {
    const share = percentageOf(label);
    return share !== undefined && percentage < share;
  }

  /** Equal for percentages for which the same labels are on. */
  keyOf(percentage: number): string {
    return `${this.percentages.filter((share) => percentage < share)}`;
  }
}

function percentageOf(label: string): number | undefined {
  const [, share] = percentLabel.exec(label) ?? [];
  return share === undefined ? undefined : Number(share);
}
