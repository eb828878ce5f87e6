export interface Field {
  readonly name: string;
  /** What it would be called if it were not to look like something else. */
  readonly plain?: string;
  /** As SDL has it. */
  readonly type: string;
  /** The type without its lists and exclamation marks. */
  readonly named: string;
  /** Whether it has the argument `x: Int`. */
  readonly hasArgument: boolean;
}

/** The one interface of a random graph. */
export const interfaceName = 'I0';
