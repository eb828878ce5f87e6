/** The data in a cache that a change makes stale. */

/**
 * The fields of an event that say what has changed. Select as many of them as the event has: only the data that they
 * name is read again. Selecting `patron { id }` costs nothing.
 */
export interface ThinEvent {
  /** A `ChangeKind`, or an `OperationKind` in `credentialChanges`. Absent in `operationChanges`. */
  readonly kind?: string;
  readonly operationKind?: string | null;
  readonly subjectId?: string | null;
  readonly patron?: { readonly id?: string } | null;
  readonly application?: { readonly id?: string } | null;
}

export interface Entity {
  readonly __typename: string;
  readonly id: string;
}

export interface Stale {
  /** Objects that have changed. Every query that shows one of them is read again. */
  readonly entities: readonly Entity[];
  /** The names of fields of `Query` whose answers may have changed, such as `loans`. */
  readonly fields: readonly string[];
}

/** The types of the objects whose ids are in `subjectId`, by the first word of the change's kind. */
const subjectTypes: Readonly<Record<string, string>> = { LOAN: 'Loan', HOLD: 'Hold', NOTICE: 'Notice' };

/**
 * For kinds of changes and of operations, the fields of `Query` that list the changed objects. The catalogue is left
 * out, because a client that follows a whole library would read the catalogue again all day.
 */
const listsOf: readonly (readonly [kinds: RegExp, fields: readonly string[]])[] = [
  [/^LOAN_|^(CHECK|RENEW|LEND)_|^OTHER$/, ['loans', 'lendingDays', 'libraryCounts']],
  [
    /^HOLD_|_HOLD$|^LEND_HELD_ITEM$|^CHANGE_PICKUP_BRANCH$|^OTHER$/,
    ['holdShelf', 'pullList', 'libraryCounts'],
  ],
  [/^CARD_|^REPORT_LOSS$|_CREDENTIAL$|_SMART_ID$|_CARD$|^OTHER$/, ['credential', 'smartId', 'lossReports']],
  [/_APPLICATIONS?$/, ['applications', 'application', 'credential', 'smartId']],
  [/_PATRONS?$|_CONTACT$|_SUSPENSION$/, ['patron', 'patronByIdentity', 'patrons']],
  [/^NOTICE_/, ['undeliveredNotices']],
  [/_FINDING$/, ['findings']],
  [/^CHARGE_|^PAYMENT_/, ['owingPatrons', 'paymentOperations']],
];

/**
 * Lists that the graph answers from an index. The index may apply a change some seconds after the event of the change.
 */
export const indexFields: ReadonlySet<string> = new Set([
  'loans',
  'lendingDays',
  'libraryCounts',
  'holdShelf',
  'pullList',
  'applications',
  'lossReports',
]);

/**
 * The data that an event makes stale. The event of an operation, such as a check-out, comes before the events of the
 * loans that the operation changes. So the operation's event already makes the lists of these loans stale.
 */
export function staleAfter({ kind, operationKind, subjectId, patron, application }: ThinEvent): Stale {
  const kinds = [kind, operationKind].filter((name) => name != null);
  const [family = ''] = kind?.split('_') ?? [];
  return {
    entities: [
      entity(subjectTypes[family], subjectId),
      entity('Patron', patron?.id),
      entity('Application', application?.id),
    ].filter((found) => found !== null),
    fields: [
      ...new Set([
        ...(kind === undefined || kind === 'OPERATION' ? ['operation', 'operations'] : []),
        ...listsOf.flatMap(([shown, fields]) => (kinds.some((name) => shown.test(name)) ? fields : [])),
        // `me` is stale even if it was read without the `id` of the signed-in patron.
        ...(patron == null ? [] : ['me']),
      ]),
    ],
  };
}

const entity = (__typename: string | undefined, id: string | null | undefined): Entity | null =>
  __typename === undefined || id == null ? null : { __typename, id };

/** The data in all of `stales`, without repetitions. */
export const together = (stales: readonly Stale[]): Stale => ({
  entities: [
    ...new Map(
      stales.flatMap(({ entities }) => entities).map((found) => [`${found.__typename}:${found.id}`, found]),
    ).values(),
  ],
  fields: [...new Set(stales.flatMap(({ fields }) => fields))],
});

/**
 * Whether an answer contains one of the fields of `Query`, or one of the objects at any depth. `answer` is the `data`
 * of an answer, the result of `ask`, or an infinite query of TanStack Query.
 */
export function isStale(answer: unknown, { entities, fields }: Stale): boolean {
  const ids = new Set(entities.map(({ id }) => id));
  const hasId = (value: unknown): boolean =>
    isObject(value) &&
    ((typeof value.id === 'string' && ids.has(value.id)) || Object.values(value).some(hasId));
  const hasField = (value: unknown): boolean =>
    isObject(value) &&
    (fields.some((name) => name in value) ||
      hasField(value.data) ||
      (Array.isArray(value.pages) && value.pages.some(hasField)));
  return hasId(answer) || hasField(answer);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
