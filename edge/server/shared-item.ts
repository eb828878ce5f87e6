/** The defaults for an item of the sealed state: no owner, no second id, and no limit on the number of such items. */
export const plainItem = { ownerId: null, uid: null, maxOfKind: null } as const;
