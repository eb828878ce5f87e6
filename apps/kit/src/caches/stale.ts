/** What a change makes stale in a cache. */

/**
 * What an event says of the change. Leave nothing out of the selection that the event has: what is not known is not read
 * again. `patron { id }` costs nothing.
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
  /** Objects that have changed. Whatever shows one of them is read again. */
  readonly entities: readonly Entity[];
  /** Fields of `Query` whose answers may have changed, such as `loans`, by their names in the schema. */
  readonly fields: readonly string[];
}

/** The types whose ids are in `subjectId`, by the first word of the change's kind. */
const subjectTypes: Readonly<Record<string, string>> = { LOAN: 'Loan', HOLD: 'Hold', NOTICE: 'Notice' };

/**
 * Kinds of changes and of operations, and the fields of `Query` that list what they change. The catalogue is not here: who
 * follows a library would read it again all day.
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
];

/** Lists of the graph's index, which may show a change some seconds after it was told. */
export const indexFields: ReadonlySet<string> = new Set([
  'loans',
  'lendingDays',
  'libraryCounts',
  'holdShelf',
  'pullList',
  'applications',
  'lossReports',
]);

/** What a change makes stale. An operation is told before the changes that it causes in circulation. */
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
        // The signed-in patron, also where `me` was read without the `id`.
        ...(patron == null ? [] : ['me']),
      ]),
    ],
  };
}

const entity = (__typename: string | undefined, id: string | null | undefined): Entity | null =>
  __typename === undefined || id == null ? null : { __typename, id };

/** What any of them makes stale. */
export const together = (stales: readonly Stale[]): Stale => ({
  entities: [
    ...new Map(
      stales.flatMap(({ entities }) => entities).map((found) => [`${found.__typename}:${found.id}`, found]),
    ).values(),
  ],
  fields: [...new Set(stales.flatMap(({ fields }) => fields))],
});

/**
 * Whether an answer has one of the objects, anywhere, or one of the fields of `Query`. It is the answer's `data`, what `ask`
 * resolves to, or an infinite query of TanStack Query.
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
