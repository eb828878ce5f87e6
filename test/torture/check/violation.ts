/** What has to hold, whatever fails and whoever races. */
export type Property =
  | 'never more than ten'
  | 'a title once'
  | 'one effect or none'
  | 'done in time'
  | 'one word'
  | 'settled in time'
  | 'no place stranded'
  | 'limits told truly'
  | 'quota told truly'
  | 'room is given'
  | 'no alarm';

/** Where a history breaks a property. */
export interface Violation {
  readonly property: Property;
  /** Who, when and what, to be looked for in the history. */
  readonly detail: string;
}
