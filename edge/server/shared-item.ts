/** An item of the sealed state that belongs to nobody, has no second id, and whose number is not limited. */
export const plainItem = { ownerId: null, uid: null, maxOfKind: null } as const;
