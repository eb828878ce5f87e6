/**
 * Defaults for an item of the stored data: it has no owner and no second id, and the number of such items has no limit.
 */
export const plainItem = { ownerId: null, uid: null, maxOfKind: null } as const;
