/**
 * A cost: a number if it is the same for every request, or else a function of the variables. The cost of an operation
 * is built once and evaluated for each request.
 *
 * Before: `query ($n: Int!) { me { id  loans(first: $n) { edges { node { id } } } } }`, where `loans` has
 * `@listSize(slicingArguments: ["first"], sizedFields: ["edges"])`.
 * After: `(variables) => 1 + (1 + variables.n * 2)`. `me` costs 1, the connection costs 1, and each item costs 2: an
 * edge and its node. With `{ "n": 10 }` the cost is 22.
 */
export type CostExpression = number | ((variables: Readonly<Record<string, unknown>>) => number);

/**
 * Returns the cost of one request.
 * @throws SlicingArgumentsError if a `@listSize` requires exactly one slicing argument, but there is none or several.
 */
export function evaluateCost(cost: CostExpression, variables: Readonly<Record<string, unknown>>): number {
  return typeof cost === 'number' ? cost : cost(variables);
}

export function sum(costs: readonly CostExpression[]): CostExpression {
  return combine(costs, 0, (left, right) => left + right);
}

/** Returns the largest of the costs, or 0 if there are none. */
export function maximum(costs: readonly CostExpression[]): CostExpression {
  return combine(costs, 0, Math.max);
}

/**
 * Returns the largest number, or 0 if none is larger. Unlike the arguments of `Math.max`, the list may have any length.
 */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => Math.max(left, right), 0);
}

export function product(costs: readonly CostExpression[]): CostExpression {
  return combine(costs, 1, (left, right) => left * right);
}

/**
 * Combines the constants once, and the functions at each evaluation. `sum([1, f, 2])` becomes `(vars) => 3 + f(vars)`.
 */
function combine(
  costs: readonly CostExpression[],
  neutral: number,
  operator: (left: number, right: number) => number,
): CostExpression {
  let constant = neutral;
  const functions: Exclude<CostExpression, number>[] = [];
  for (const cost of costs) {
    if (typeof cost === 'number') {
      constant = operator(constant, cost);
    } else {
      functions.push(cost);
    }
  }
  return functions.length === 0
    ? constant
    : (variables) => functions.reduce((total, cost) => operator(total, cost(variables)), constant);
}
