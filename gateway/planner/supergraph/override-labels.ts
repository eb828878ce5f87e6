/**
 * The labels of progressive `@override`s, which are on or off for each request.
 *
 * Before: `@override(from: "shop", label: "percent(30)")`.
 * After: the label is on if the request drew a number below 30.
 * Labels in other forms are on if the caller of the planner says so.
 */
import type { DocumentNode } from 'graphql';
import { stringOf } from './join-directives.ts';
import { fieldsOf, isComposite } from './supergraph-types.ts';

const percentLabel = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/;

/** The values that decide which labels are on for one request. */
export interface LabelValues {
  /** From 0 to below 100. */
  readonly percentage: number;
  /** The labels without a percentage that are on. */
  readonly on: readonly string[];
}

export class OverrideLabels {
  /** The percentages in the labels, ascending and without duplicates. */
  readonly percentages: readonly number[];
  /** The labels without a percentage, sorted and without duplicates. */
  readonly names: readonly string[];

  constructor(supergraph: DocumentNode) {
    const percentages = new Set<number>();
    const names = new Set<string>();
    const fields = supergraph.definitions.filter(isComposite).flatMap(fieldsOf);
    for (const directive of fields.flatMap(({ directives = [] }) => directives)) {
      const label = stringOf(directive, 'overrideLabel');
      const percentage = label === undefined ? undefined : percentageOf(label);
      if (percentage !== undefined) {
        percentages.add(percentage);
      } else if (label !== undefined) {
        names.add(label);
      }
    }
    this.percentages = [...percentages].sort((a, b) => a - b);
    this.names = [...names].sort();
  }

  isOn(label: string, { percentage, on }: LabelValues): boolean {
    const bound = percentageOf(label);
    return bound === undefined ? on.includes(label) : percentage < bound;
  }

  /** A key that is equal for values with which the same labels are on. */
  keyOf({ percentage, on }: LabelValues): string {
    return JSON.stringify([
      this.percentages.filter((bound) => percentage < bound),
      this.names.filter((name) => on.includes(name)),
    ]);
  }
}

function percentageOf(label: string): number | undefined {
  const [, percentage] = percentLabel.exec(label) ?? [];
  return percentage === undefined ? undefined : Number(percentage);
}
