/** A figure that is known beforehand, or that takes a request's variables. */
export type CostExpression = number | ((variables: Readonly<Record<string, unknown>>) => number);

export function evaluateCost(figure: CostExpression, variables: Readonly<Record<string, unknown>>): number {
  return typeof figure === 'number' ? figure : figure(variables);
}

export function sum(figures: readonly CostExpression[]): CostExpression {
  return join(figures, 0, (one, other) => one + other);
}

export function most(figures: readonly CostExpression[]): CostExpression {
  return join(figures, 0, Math.max);
}

export function product(figures: readonly CostExpression[]): CostExpression {
  return join(figures, 1, (one, other) => one * other);
}

/** Joins now what is known beforehand, and the rest at each request. */
function join(
  figures: readonly CostExpression[],
  neutral: number,
  joined: (one: number, other: number) => number,
): CostExpression {
  let known = neutral;
  const open: Exclude<CostExpression, number>[] = [];
  for (const figure of figures) {
    if (typeof figure === 'number') {
      known = joined(known, figure);
    } else {
      open.push(figure);
    }
  }
  return open.length === 0
    ? known
    : (variables) => open.reduce((total, figure) => joined(total, figure(variables)), known);
}
