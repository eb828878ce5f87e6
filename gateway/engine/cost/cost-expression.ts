/** A figure that is known beforehand, or that takes a request's variables. */
export type Reckoned = number | ((variables: Readonly<Record<string, unknown>>) => number);

export function reckon(figure: Reckoned, variables: Readonly<Record<string, unknown>>): number {
  return typeof figure === 'number' ? figure : figure(variables);
}

export function sum(figures: readonly Reckoned[]): Reckoned {
  return join(figures, 0, (one, other) => one + other);
}

export function most(figures: readonly Reckoned[]): Reckoned {
  return join(figures, 0, Math.max);
}

export function product(figures: readonly Reckoned[]): Reckoned {
  return join(figures, 1, (one, other) => one * other);
}

/** Joins now what is known beforehand, and the rest at each request. */
function join(
  figures: readonly Reckoned[],
  neutral: number,
  joined: (one: number, other: number) => number,
): Reckoned {
  let known = neutral;
  const open: Exclude<Reckoned, number>[] = [];
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
