/** Defaults for an item of the stored data: no owner, no second id, and no limit on the number of items of its kind. */
export const plainItem = { ownerId: null, uid: null, maxOfKind: null } as const;
